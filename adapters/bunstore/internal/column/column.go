// Package column turns values that are read as a whole into one column of text
// and back: lists, addresses, metadata. What is nil is an empty text.
package column

import (
	"encoding/json"
	"fmt"

	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
)

// Of returns v as JSON, and empty text for what JSON calls null.
func Of[T any](v T) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("column: write %T: %w", v, err)
	}
	if string(b) == "null" {
		return "", nil
	}
	return string(b), nil
}

// To reads what Of wrote.
func To[T any](s string) (T, error) {
	var v T
	if s == "" {
		return v, nil
	}
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		return v, fmt.Errorf("column: read %T: %w", v, err)
	}
	return v, nil
}

// Market reads the currency and the groups of a market.Context whose other
// fields are columns of their own.
func Market(x market.Context, currency, groups string) (market.Context, error) {
	var err error
	if x.Currency, err = money.ParseCurrency(currency); err != nil {
		return x, fmt.Errorf("column: currency %q: %w", currency, err)
	}
	x.Groups, err = To[[]string](groups)
	return x, err
}

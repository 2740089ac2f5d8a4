package money_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/money"
)

func TestPriceTimes(t *testing.T) {
	t.Parallel()
	rows := []struct {
		price money.Price
		qty   int64
		mode  money.Rounding
		want  int64
	}{
		{money.Each(money.EUR(19_99)), 3, money.HalfUp, 59_97},
		{money.Price{Amount: money.EUR(1_25), Per: 100}, 250, money.HalfUp, 3_13},
		{money.Price{Amount: money.EUR(1_25), Per: 100}, 250, money.HalfEven, 3_12},
		{money.Price{Amount: money.EUR(1_25), Per: 100}, 1, money.HalfUp, 1},
		{money.Price{Amount: money.EUR(1_25), Per: 100}, 0, money.HalfUp, 0},
		{money.Price{Amount: money.EUR(-10), Per: 3}, 1, money.Down, -3},
	}
	for _, row := range rows {
		got, err := row.price.Times(row.qty, row.mode)
		require.NoError(t, err)
		require.Equal(t, money.EUR(row.want), got, "%d of %s", row.qty, row.price)
	}
}

func TestPriceErrors(t *testing.T) {
	t.Parallel()
	_, err := money.Price{}.Times(1, money.HalfUp)
	require.ErrorIs(t, err, money.ErrCurrency)
	_, err = money.Price{Amount: money.EUR(1), Per: -1}.Times(1, money.HalfUp)
	require.ErrorIs(t, err, money.ErrRate)
	require.ErrorIs(t, money.Price{Amount: money.EUR(1), Per: money.MaxPer + 1}.Check(), money.ErrRate)
	_, err = money.Each(money.EUR(money.Limit)).Times(2, money.HalfUp)
	require.ErrorIs(t, err, money.ErrOverflow)
}

func TestPriceJSON(t *testing.T) {
	t.Parallel()
	for text, price := range map[string]money.Price{
		`{"amount":"1.25","currency":"EUR","per":100}`: {Amount: money.EUR(1_25), Per: 100},
		`{"amount":"1.25","currency":"EUR"}`:           money.Each(money.EUR(1_25)),
		`null`:                                         {},
	} {
		b, err := json.Marshal(price)
		require.NoError(t, err)
		require.Equal(t, text, string(b))
		back := money.Each(money.EUR(1))
		require.NoError(t, json.Unmarshal(b, &back))
		require.Equal(t, price, back)
	}
	for _, per := range []string{"0", "-1", "1.5", "1e2", "1000001", `"100"`, "null", "[]", "99999999999999999999"} {
		var p money.Price
		require.ErrorIs(t, json.Unmarshal([]byte(`{"amount":"1","currency":"EUR","per":`+per+`}`), &p), money.ErrSyntax, per)
		require.Equal(t, money.Price{}, p)
	}
	var p money.Price
	require.ErrorIs(t, json.Unmarshal([]byte(`{"amount":"x","currency":"EUR"}`), &p), money.ErrSyntax)
	require.NoError(t, json.Unmarshal([]byte(`{"amount":"1","currency":"EUR","per":1}`), &p))
	require.Equal(t, money.Each(money.EUR(1_00)), p)
	_, err := json.Marshal(money.Price{Amount: money.New(1, money.Currency{})})
	require.ErrorIs(t, err, money.ErrCurrency)
}

func TestPriceText(t *testing.T) {
	t.Parallel()
	require.Equal(t, "1.25 EUR per 100", money.Price{Amount: money.EUR(1_25), Per: 100}.String())
	require.Equal(t, "1.25 EUR", money.Each(money.EUR(1_25)).String())
	require.Equal(t, int64(1), money.Price{}.Pieces())
	require.Equal(t, int64(100), money.Price{Per: 100}.Pieces())
}

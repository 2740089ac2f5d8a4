package money

import (
	"bytes"
	"encoding/json"
)

// MarshalJSON writes {"amount":"19.99","currency":"EUR"}, and null for the
// zero Amount. A field of this type must not say omitzero, which would drop
// 0 EUR and with it the currency. Errors: ErrCurrency for a figure without a
// currency.
func (a Amount) MarshalJSON() ([]byte, error) {
	if a == (Amount{}) {
		return []byte("null"), nil
	}
	if a.cur.IsZero() {
		return nil, mismatch(a.cur, a.cur)
	}
	return append(a.appendFields(make([]byte, 0, 48)), '}'), nil
}

// appendFields writes the object without its closing brace.
func (a Amount) appendFields(dst []byte) []byte {
	dst = append(dst, `{"amount":"`...)
	dst = appendDecimal(dst, a.minor, a.cur.Exponent())
	dst = append(dst, `","currency":"`...)
	dst = a.cur.appendCode(dst)
	return append(dst, '"')
}

// UnmarshalJSON reads exactly what MarshalJSON writes: an object with the two
// keys, each once, both strings. Numbers, other keys and other spellings of
// the keys are ErrSyntax; the texts follow ParseCurrency and ParseAmount.
func (a *Amount) UnmarshalJSON(b []byte) error {
	if bytes.Equal(b, []byte("null")) {
		*a = Amount{}
		return nil
	}
	f, err := readFields(b)
	if err != nil {
		return err
	}
	if f.per != "" {
		return ErrSyntax
	}
	v, err := f.value()
	if err != nil {
		return err
	}
	*a = v
	return nil
}

// fields are the values of an Amount or a Price in JSON.
type fields struct {
	amount, currency string
	per              json.Number
}

func (f *fields) value() (Amount, error) {
	c, err := ParseCurrency(f.currency)
	if err != nil {
		return Amount{}, err
	}
	return ParseAmount(f.amount, c)
}

// readFields reads one flat object token by token, because the decoder of the
// standard library forgives case and repeats.
func readFields(b []byte) (fields, error) {
	var f fields
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return f, ErrSyntax
	}
	for d.More() {
		if err := f.read(d); err != nil {
			return f, err
		}
	}
	if t, err := d.Token(); err != nil || t != json.Delim('}') || d.More() {
		return f, ErrSyntax
	}
	if f.amount == "" || f.currency == "" {
		return f, ErrSyntax
	}
	return f, nil
}

// read takes one key and its value.
func (f *fields) read(d *json.Decoder) error {
	key, err := d.Token()
	if err != nil {
		return ErrSyntax
	}
	value, err := d.Token()
	if err != nil {
		return ErrSyntax
	}
	text, isText := value.(string)
	count, isCount := value.(json.Number)
	switch {
	case key == "amount" && isText && f.amount == "":
		f.amount = text
	case key == "currency" && isText && f.currency == "":
		f.currency = text
	case key == "per" && isCount && f.per == "":
		f.per = count
	default:
		return ErrSyntax
	}
	return nil
}

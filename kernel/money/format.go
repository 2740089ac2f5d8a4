package money

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:generate go run ./internal/gen

// layout is how one locale writes amounts: data of CLDR.
type layout struct {
	decimal, group string
	least          int                      // grouping starts with this many digits above the first group
	plus, minus    string                   // with ¤ for the symbol and # for the figures
	alphaPlus      string                   // the same for a symbol with a letter next to the figures
	alphaMinus     string                   //
	symbol         func(code string) string // the code itself where there is no symbol
}

// Locales returns the locales that Format knows by themselves.
func Locales() []string {
	return []string{"de", "de-AT", "de-CH", "en", "es", "fr", "it", "ja", "nl", "pl"}
}

// Format writes a for people of a locale such as "de", "de-AT" or "en_GB":
// "1.234,50 €" and "€1,234.50". A locale with a region that is not in the
// table is written as its language, an unknown language as "EUR 1,234.50".
// Spaces inside are no-break spaces. The decimals are those that people write,
// none for HUF, unless that would hide a part of the amount.
//
// The data is that of CLDR; see NOTICE.
func Format(a Amount, locale string) string {
	l := layoutFor(locale)
	symbol := l.symbol(a.cur.Code())
	shape := l.plus
	alpha := spaced(l.plus, symbol)
	switch {
	case alpha && a.minor < 0:
		shape = l.alphaMinus
	case alpha:
		shape = l.alphaPlus
	case a.minor < 0:
		shape = l.minus
	}
	return strings.NewReplacer("¤", symbol, "#", l.figures(a)).Replace(shape)
}

func layoutFor(locale string) layout {
	locale = strings.ReplaceAll(locale, "_", "-")
	if l, ok := layoutOf(locale); ok {
		return l
	}
	language, _, _ := strings.Cut(locale, "-")
	if l, ok := layoutOf(language); ok {
		return l
	}
	return layout{
		decimal: ".", group: ",", least: 1,
		plus: "¤\u00a0#", minus: "-¤\u00a0#", alphaPlus: "¤\u00a0#", alphaMinus: "-¤\u00a0#",
		symbol: func(code string) string { return code },
	}
}

// spaced reports whether the symbol has a letter where it meets the figures.
func spaced(shape, symbol string) bool {
	next, _ := utf8.DecodeLastRuneInString(symbol)
	if strings.HasPrefix(shape, "#") {
		next, _ = utf8.DecodeRuneInString(symbol)
	}
	return !unicode.IsSymbol(next) && !unicode.IsSpace(next)
}

// figures writes the magnitude of a with the marks of l.
func (l layout) figures(a Amount) string {
	text := a.Abs().Decimal()
	whole, fraction, _ := strings.Cut(text, ".")
	if d, ok := lookup(a.cur.Code()); ok && strings.Trim(fraction[d.digits:], "0") == "" {
		fraction = fraction[:d.digits]
	}
	var b strings.Builder
	for i, c := range whole {
		if left := len(whole) - i; i > 0 && left%3 == 0 && len(whole) >= 3+l.least {
			b.WriteString(l.group)
		}
		b.WriteRune(c)
	}
	if fraction != "" {
		b.WriteString(l.decimal)
		b.WriteString(fraction)
	}
	return b.String()
}

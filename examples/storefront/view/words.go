package view

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/postal"
)

// locale is that of all pages.
const locale = "en"

// Money writes an amount for people.
func Money(a money.Amount) string { return money.Format(a, locale) }

// Less writes what is taken off an amount.
func Less(a money.Amount) string {
	if a.IsZero() {
		return Money(a)
	}
	return "−" + Money(a)
}

// Day writes a date, Minute a date with the time.
func Day(t time.Time) string { return t.Format("2 January 2006") }

// Minute writes a moment.
func Minute(t time.Time) string { return t.Format("2 January 2006, 15:04") }

// Count writes a number of things: "1 product", "1,204 products".
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Thousands(n) + " " + many
}

// Thousands writes a number with a comma between its groups.
func Thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// CountryName writes the name of a country as people do: "Germany".
func CountryName(code string) string {
	words := strings.Fields(strings.ToLower(postal.CountryName(code)))
	for i, w := range words {
		switch w {
		case "of", "and", "the", "da":
		default:
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, " ")
}

func availability(a catalog.Availability) string {
	switch a {
	case catalog.InStock:
		return "In stock"
	case catalog.FewLeft:
		return "Only a few left"
	case catalog.OutOfStock:
		return "Sold out"
	}
	return ""
}

// said writes the values of an attribute for people.
func said(a catalog.Attribute, values []string) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = value(a, v)
	}
	return strings.Join(texts, ", ")
}

func value(a catalog.Attribute, v string) string {
	switch {
	case a.Type == catalog.BoolValue && v == "true":
		return "Yes"
	case a.Type == catalog.BoolValue:
		return "No"
	case a.Unit != "":
		return v + " " + a.Unit
	default:
		return v
	}
}

// words writes a code for people: "partly paid" for "partly_paid".
func words[T ~string](code T) string { return strings.ReplaceAll(string(code), "_", " ") }

// capital writes a text with a capital first letter.
func capital(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func link(format string, args ...any) templ.SafeURL {
	return templ.SafeURL(fmt.Sprintf(format, args...))
}

func digits(n int) string { return strconv.Itoa(n) }

// Sentence writes a code as a sentence: "In transit" for "in_transit".
func Sentence[T ~string](code T) string { return capital(words(code)) }

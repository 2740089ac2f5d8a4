package fulfillment

import (
	"bytes"
	"fmt"
	"html/template"

	"github.com/kontor-go/kontor/order"
)

// SlipWords are the words on a packing slip. What is left out is English.
type SlipWords struct {
	// Lang is the code of the language: "en".
	Lang, Title, Order, ShipTo, SKU, Article, Quantity, Parcel, Weight, Tracking string
}

// Filled returns the words with the English ones in place of those left out.
func (w SlipWords) Filled() SlipWords {
	for _, x := range []struct {
		to   *string
		word string
	}{
		{&w.Lang, "en"},
		{&w.Title, "Packing slip"},
		{&w.Order, "Order"},
		{&w.ShipTo, "Ship to"},
		{&w.SKU, "Item no."},
		{&w.Article, "Article"},
		{&w.Quantity, "Quantity"},
		{&w.Parcel, "Parcel"},
		{&w.Weight, "Weight"},
		{&w.Tracking, "Tracking"},
	} {
		if *x.to == "" {
			*x.to = x.word
		}
	}
	return w
}

// Slip returns the packing slip of a fulfillment of an order as one HTML page
// that needs nothing else. It shows no prices, and whatever came from outside
// is escaped. An order that is not the one of the fulfillment is an Invalid
// error.
func (f Fulfillment) Slip(o order.Order, words SlipWords) ([]byte, error) {
	if o.ID != f.Order {
		return nil, errOtherOrder()
	}
	page, err := template.New("slip").Parse(slip)
	if err != nil {
		return nil, fmt.Errorf("fulfillment: slip: %w", err)
	}
	var lines []string
	if o.ShipTo != nil {
		lines = o.ShipTo.Label()
	}
	var b bytes.Buffer
	err = page.Execute(&b, struct {
		F  Fulfillment
		To []string
		W  SlipWords
	}{f, lines, words.Filled()})
	if err != nil {
		return nil, fmt.Errorf("fulfillment: slip of %s: %w", f.ID, err)
	}
	return b.Bytes(), nil
}

const slip = `<!DOCTYPE html>
<html lang="{{.W.Lang}}">
<head>
<meta charset="utf-8">
<title>{{.W.Title}} {{.F.Number}}</title>
<style>
body { font: 11pt sans-serif; margin: 2cm }
table { border-collapse: collapse; width: 100%; margin: 1em 0 }
th, td { border-bottom: 1px solid #999; padding: 0.3em; text-align: left }
.n { text-align: right }
</style>
</head>
<body>
<h1>{{.W.Title}}</h1>
<p>{{.W.Order}} <strong>{{.F.Number}}</strong> &middot; {{.F.ID}}</p>
{{- if .To}}
<h2>{{.W.ShipTo}}</h2>
<address>
{{- range .To}}
{{.}}<br>
{{- end}}
</address>
{{- end}}
<table>
<thead><tr><th scope="col">{{.W.SKU}}</th><th scope="col">{{.W.Article}}</th><th scope="col" class="n">{{.W.Quantity}}</th></tr></thead>
<tbody>
{{- range .F.Lines}}
<tr><td>{{.SKU}}</td><td>{{.Title}}</td><td class="n">{{.Quantity}}</td></tr>
{{- end}}
</tbody>
</table>
{{- if .F.Parcels}}
<table>
<thead><tr><th scope="col">{{.W.Parcel}}</th><th scope="col">{{.W.Weight}}</th><th scope="col">{{.W.Tracking}}</th></tr></thead>
<tbody>
{{- range .F.Parcels}}
<tr><td>{{.N}}</td><td>{{if .Weight}}{{.Weight}}{{end}}</td><td>{{.Carrier}} {{.Tracking}}</td></tr>
{{- end}}
</tbody>
</table>
{{- end}}
</body>
</html>
`

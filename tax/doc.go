// Package tax knows what taxes are on goods that go somewhere.
//
// A Calculator answers a Query: these categories of goods go to this place at
// this time. What it answers are rates and no amounts; the sums are done by
// whoever prices. A calculator may be a service on the network; Table is one
// that stands in memory.
//
// A Table divides the world into zones and gives each its rules: which rate is
// on which category, from when until when. A place belongs to the narrowest
// zone that holds it and has rules then, so the Canary Islands are not taxed like Spain; a zone
// that Adds its taxes to those of the wider one is how a province has a tax of
// its own. A category for which a zone has no rule is taxed like the category
// "", the standard one; a zone that is free of tax has a rule of zero. Outside of
// all zones nothing is taxed.
//
// EU returns the zones and rules of the value added tax of the European Union
// and Great Britain. Which goods are reduced is the law of each country; the
// shop adds that:
//
//	s := tax.EU()
//	s.Rules = append(s.Rules, tax.Rule{Zone: "DE", Category: "books", Name: "VAT", Rate: money.MustPercent("7")})
//	table, err := tax.NewTable(s)
//	rates, err := table.Rates(ctx, tax.Query{
//		To: postal.Place{Country: "DE", Postcode: "10115"}, Categories: []string{"", "books"}, At: now,
//	})
//
// A destination whose postcode is not known yet is taxed like its country.
package tax

//go:generate go run ./internal/gen

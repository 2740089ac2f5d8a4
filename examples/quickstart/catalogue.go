package main

import (
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/money"
)

// The demo catalogue of Spree; see data/NOTICE.
//
//go:embed data/spree-products.csv
var spree string

// catalogue is what a file of products says.
type catalogue struct {
	products []catalog.NewProduct
	// stock is how many pieces of a SKU there are, in the order of the file.
	stock []stocked
}

type stocked struct {
	sku   string
	count int
}

// readCatalogue reads a file of products as Spree writes it: a row with a name
// begins a product, rows without one are its variants, and rows in another
// currency add prices to variants that are known.
func readCatalogue(r io.Reader) (catalogue, error) {
	file := csv.NewReader(r)
	head, err := file.Read()
	if err != nil {
		return catalogue{}, fmt.Errorf("catalogue: %w", err)
	}
	b := builder{column: map[string]int{}, product: map[string]int{}}
	for i, name := range head {
		b.column[name] = i
	}
	for {
		b.row, err = file.Read()
		if errors.Is(err, io.EOF) {
			return b.catalogue, nil
		}
		if err == nil {
			err = b.add()
		}
		if err != nil {
			line, _ := file.FieldPos(0)
			return catalogue{}, fmt.Errorf("catalogue: line %d: %w", line, err)
		}
	}
}

// builder makes a catalogue row by row.
type builder struct {
	catalogue
	column  map[string]int
	row     []string
	product map[string]int // index by slug
}

func (b *builder) field(name string) string {
	i, ok := b.column[name]
	if !ok {
		return ""
	}
	return strings.TrimSpace(b.row[i])
}

func (b *builder) add() error {
	slug := b.field("slug")
	if b.field("name") != "" {
		b.product[slug] = len(b.products)
		b.products = append(b.products, catalog.NewProduct{
			Slug: slug, Title: b.field("name"), Description: b.field("description"),
			Publish: b.field("status") == "active",
		})
		return nil
	}
	i, ok := b.product[slug]
	if !ok {
		return fmt.Errorf("variant %s comes before its product", b.field("sku"))
	}
	return b.addVariant(&b.products[i])
}

func (b *builder) addVariant(p *catalog.NewProduct) error {
	price, err := b.price()
	if err != nil {
		return err
	}
	sku := b.field("sku")
	for i := range p.Variants {
		if p.Variants[i].SKU == sku {
			p.Variants[i].Prices = append(p.Variants[i].Prices, price)
			return nil
		}
	}
	v := catalog.NewVariant{SKU: sku, Prices: []catalog.Price{price}}
	for _, option := range []string{"option1", "option2"} {
		if value := b.field(option + "_value"); value != "" {
			v.Options = append(v.Options, catalog.Option{Name: b.field(option + "_name"), Value: value})
			v.Title = strings.TrimPrefix(v.Title+" / "+value, " / ")
		}
	}
	if w := b.field("weight"); w != "" {
		if v.Weight, err = measure.ParseWeight(w + " " + b.field("weight_unit")); err != nil {
			return err
		}
	}
	p.Variants = append(p.Variants, v)
	return b.addStock(sku)
}

func (b *builder) price() (catalog.Price, error) {
	currency, err := money.ParseCurrency(b.field("currency"))
	if err != nil {
		return catalog.Price{}, err
	}
	amount, err := money.ParseAmount(b.field("price"), currency)
	return catalog.Price{Unit: money.Each(amount)}, err
}

func (b *builder) addStock(sku string) error {
	text := b.field("inventory_count")
	if text == "" {
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return fmt.Errorf("stock of %s: %w", sku, err)
	}
	b.stock = append(b.stock, stocked{sku: sku, count: n})
	return nil
}

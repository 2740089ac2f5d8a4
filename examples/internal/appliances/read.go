package appliances

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

// Catalogue is what a file of products says.
type Catalogue struct {
	Products []catalog.NewProduct
	// Stock is how many pieces of a SKU there are, in the order of the file.
	Stock []Stock
	// Facts are what the file says about a product beside that, by its slug.
	Facts map[string]Facts
}

// Stock is a number of pieces of a SKU.
type Stock struct {
	SKU   string
	Count int
}

// Facts are what the file says about a product that is for the shop window.
type Facts struct {
	// Categories are the way to it from the top: "Kitchen", "Kettles".
	Categories []string
	// Fields are what it says of itself, by the name of the column: "wattage".
	Fields map[string]string
}

// Spree returns the catalogue of the demo shop of Spree.
func Spree() (Catalogue, error) { return Read(strings.NewReader(spree)) }

// Read reads a file of products as Spree writes it: a row with a name
// begins a product, rows without one are its variants, and rows in another
// currency add prices to variants that are known.
func Read(r io.Reader) (Catalogue, error) {
	file := csv.NewReader(r)
	head, err := file.Read()
	if err != nil {
		return Catalogue{}, fmt.Errorf("catalogue: %w", err)
	}
	b := builder{Catalogue: Catalogue{Facts: map[string]Facts{}}, column: map[string]int{}, product: map[string]int{}}
	for i, name := range head {
		b.column[name] = i
	}
	for {
		b.row, err = file.Read()
		if errors.Is(err, io.EOF) {
			return b.Catalogue, nil
		}
		if err == nil {
			err = b.add()
		}
		if err != nil {
			line, _ := file.FieldPos(0)
			return Catalogue{}, fmt.Errorf("catalogue: line %d: %w", line, err)
		}
	}
}

// builder makes a catalogue row by row.
type builder struct {
	Catalogue
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
		b.product[slug] = len(b.Products)
		b.Products = append(b.Products, catalog.NewProduct{
			Slug: slug, Title: b.field("name"), Description: b.field("description"),
			Publish: b.field("status") == "active",
		})
		b.Facts[slug] = b.facts()
		return nil
	}
	i, ok := b.product[slug]
	if !ok {
		return fmt.Errorf("variant %s comes before its product", b.field("sku"))
	}
	return b.addVariant(&b.Products[i])
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
	b.Stock = append(b.Stock, Stock{SKU: sku, Count: n})
	return nil
}

// own is how columns are called that Spree lets shops add.
const own = "custom_field.custom."

func (b *builder) facts() Facts {
	f := Facts{Fields: map[string]string{}}
	for part := range strings.SplitSeq(b.field("category1"), "->") {
		if part = strings.TrimSpace(part); part != "" {
			f.Categories = append(f.Categories, part)
		}
	}
	for column, i := range b.column {
		name, ok := strings.CutPrefix(column, own)
		if value := strings.TrimSpace(b.row[i]); ok && value != "" {
			f.Fields[name] = value
		}
	}
	return f
}

package kontor_test

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/kontor-go/kontor/adapters/bunstore"
	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
	"github.com/kontor-go/kontor/adapters/manual"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/pricing"
)

// Example is the program of the README.
func Example() {
	if err := sell(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// mail: thank you, 44.95 EUR
	// confirmed paid 44.95 EUR
	// violations: 0
}

// sell is shown in the README, line by line.
func sell(ctx context.Context) error {
	store, err := sqlite.Open(sqlite.Memory, nil) // a file; or postgres.Open(url, nil), or the bun.DB you have
	if err != nil {
		return err
	}
	defer store.Close()                        //nolint:errcheck // the program ends
	if err := store.Migrate(ctx); err != nil { // may run at every start
		return err
	}
	shop, err := commerce.New(commerce.Config{
		Store:    store,
		Payments: map[string]payment.Provider{"transfer": manual.New()},
		Terms: checkout.Fixed(checkout.Terms{
			TaxInclusive: true,
			Taxes:        []pricing.Tax{{Name: "VAT", Rate: money.MustPercent("19")}},
			Shipping:     []checkout.ShippingMethod{{Code: "parcel", Title: "Parcel", Amount: money.EUR(4_95)}},
		}),
	})
	if err != nil {
		return err
	}
	event.On(shop.Events, "mail", func(_ context.Context, _ event.Event, p order.Placed) error {
		fmt.Println("mail: thank you,", p.Total)
		return nil
	})

	// Staff put something on the shelf.
	staff := op.Meta{By: op.Actor{Kind: op.Staff, ID: "7"}}
	_, err = shop.Catalog.CreateProduct(ctx, catalog.CreateProduct{Meta: staff, NewProduct: catalog.NewProduct{
		Slug: "tee", Title: "T-shirt", Publish: true,
		Variants: []catalog.NewVariant{{SKU: "TEE-M", Prices: []catalog.Price{{Unit: money.Each(money.EUR(20_00))}}}},
	}})
	if err != nil {
		return err
	}
	if _, err := shop.Inventory.Receive(ctx, inventory.Receive{Meta: staff, SKU: "TEE-M", Quantity: 10}); err != nil {
		return err
	}

	// A buyer fills a cart, sees the price, and orders at exactly that price.
	buyer := op.Actor{Kind: op.Buyer, ID: "ada"}
	here := market.Context{Currency: money.MustCurrency("EUR"), Country: "DE"}
	c, err := shop.Carts.Create(ctx, cart.Create{Meta: op.Meta{By: buyer}, Market: here})
	if err != nil {
		return err
	}
	if _, err := shop.Carts.Add(ctx, c.ID, cart.Add{Meta: op.Meta{By: buyer}, SKU: "TEE-M", Quantity: 2}); err != nil {
		return err
	}
	quote, err := shop.Checkout.Quote(ctx, c.ID) // quote.Explain("en") says why, cent by cent
	if err != nil {
		return err
	}
	placed, err := shop.Checkout.Place(ctx, c.ID, checkout.Place{
		Meta: op.Meta{By: buyer, Key: "made by the client"}, Method: "transfer", Total: quote.Total,
	})
	if err != nil {
		return err
	}

	// The money arrives, and the rooms tell each other.
	if _, err := shop.Payments.Capture(ctx, placed.Payment.ID, payment.Capture{Meta: staff}); err != nil {
		return err
	}
	if _, err := shop.Drain(ctx); err != nil { // a server has shop.Run(ctx) going instead
		return err
	}
	o, err := shop.Orders.Order(ctx, placed.OrderID)
	if err != nil {
		return err
	}
	fmt.Println(o.Status(), o.PaymentStanding(), o.Paid)
	violations, err := shop.Verify(ctx)
	fmt.Println("violations:", len(violations))
	return err
}

// cancelWithNote is shown in the README, line by line.
func cancelWithNote(ctx context.Context, store *bunstore.Store, shop *commerce.Engine, which order.ID) error {
	return store.HostTx(ctx, func(ctx context.Context, tx bun.Tx, t commerce.Tx) error {
		if _, err := tx.NewInsert().Model(&note{Order: which.String(), Text: "asked on the phone"}).Exec(ctx); err != nil {
			return err
		}
		staff := op.Meta{By: op.Actor{Kind: op.Staff, ID: "7"}}
		_, err := shop.Orders.CancelTx(ctx, t, which, order.Cancel{Meta: staff, Reason: "customer asked"})
		return err
	})
}

// note is a row of the host.
type note struct {
	Order string `bun:",pk"`
	Text  string
}

// What the README shows of a transaction with the host is code that runs: here
// the engine refuses an order that is not there, and so the host's row is not
// there either.
func TestReadmeTransactionIsWhole(t *testing.T) {
	t.Parallel()
	store, err := sqlite.Open(sqlite.Memory, nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	require.NoError(t, store.Migrate(t.Context()))
	shop, err := commerce.New(commerce.Config{Store: store})
	require.NoError(t, err)
	_, err = store.DB().NewCreateTable().Model((*note)(nil)).Exec(t.Context())
	require.NoError(t, err)

	require.ErrorContains(t, cancelWithNote(t.Context(), store, shop, order.NewID(id.V7)), "order_not_found")
	n, err := store.DB().NewSelect().Model((*note)(nil)).Count(t.Context())
	require.NoError(t, err)
	require.Zero(t, n)
}

// The README shows the very lines that run.
func TestReadmeShowsWhatRuns(t *testing.T) {
	t.Parallel()
	readme := read(t, "README.md")
	for _, name := range []string{"sell", "cancelWithNote"} {
		lines := "```go\n" + body(t, "readme_test.go", name) + "```\n"
		require.True(t, strings.Contains(readme, lines), "README.md does not show the body of %s:\n%s", name, lines)
	}
}

// Whatever the README names to prove something is there.
func TestReadmeNamesWhatExists(t *testing.T) {
	t.Parallel()
	readme := read(t, "README.md")
	known := map[string]bool{}
	for _, s := range sources(t) {
		for _, d := range s.syntax.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				known[f.Name.Name] = true
			}
		}
	}
	tests := regexp.MustCompile(`\b(Test|Example|Fuzz)[A-Z]\w+`).FindAllString(readme, -1)
	require.NotEmpty(t, tests)
	for _, name := range tests {
		require.True(t, known[name], "there is no %s", name)
	}
	for _, link := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(readme, -1) {
		_, err := os.Stat(link[1])
		require.NoError(t, err)
	}
}

// Every package that the engine is made of has its line in the map of the house.
func TestReadmeMapsTheHouse(t *testing.T) {
	t.Parallel()
	readme := read(t, "README.md")
	imports := map[string][]string{}
	for _, s := range sources(t) {
		if !s.test {
			imports[s.dir] = append(imports[s.dir], s.imports()...)
		}
	}
	seen := map[string]bool{"commerce": true}
	for queue := []string{"commerce"}; len(queue) > 0; queue = queue[1:] {
		require.True(t, strings.Contains(readme, "| `"+queue[0]+"` |"), "the map of the house has no line for %s", queue[0])
		for _, p := range imports[queue[0]] {
			if dir, ok := ours(p); ok && !seen[dir] {
				seen[dir] = true
				queue = append(queue, dir)
			}
		}
	}
	require.Greater(t, len(seen), 15)
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(text)
}

// body returns what is between the braces of a function: one tab less deep, and
// without what is said to linters.
func body(t *testing.T, file, name string) string {
	t.Helper()
	text := read(t, file)
	set := token.NewFileSet()
	syntax, err := parser.ParseFile(set, file, text, 0)
	require.NoError(t, err)
	i := slices.IndexFunc(syntax.Decls, func(d ast.Decl) bool {
		f, ok := d.(*ast.FuncDecl)
		return ok && f.Name.Name == name
	})
	require.GreaterOrEqual(t, i, 0, "%s has no %s", file, name)
	block := syntax.Decls[i].(*ast.FuncDecl).Body
	inside := text[set.Position(block.Lbrace).Offset+2 : set.Position(block.Rbrace).Offset]
	inside = regexp.MustCompile(`[ \t]*//nolint.*`).ReplaceAllString(inside, "")
	return strings.ReplaceAll(strings.TrimPrefix(inside, "\t"), "\n\t", "\n")
}

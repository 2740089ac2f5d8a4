package cart_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/lifecycle"
	"github.com/kontor-go/kontor/kernel/market"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/postal"
)

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC) }

func cartID() cart.ID { return cart.IDFrom(uuid.UUID{15: 1}) }

func filled(t *testing.T, s cart.Status) cart.Cart {
	t.Helper()
	c, err := cart.Restore(cart.Cart{
		ID:     cartID(),
		Market: market.Context{Channel: "web", Currency: money.EUR(0).Currency(), Country: "DE", Groups: []string{"b2b"}},
		Buyer:  op.Actor{Kind: op.Buyer, ID: "u-1"}, Email: "ada@example.com",
		Lines: []cart.Line{
			{N: 1, SKU: "TEE-M", Quantity: 2},
			{N: 3, SKU: "MUG", Quantity: 1, Metadata: map[string]string{"engraving": "Ada"}},
			{N: 4, SKU: "MUG", Quantity: 5},
		},
		LastLine: 4, Codes: []string{"SPRING"}, ShipTo: &postal.Address{Name: "Ada", Country: "DE"}, ShippingMethod: "standard",
		Metadata: map[string]string{"source": "ad"}, Version: 6, CreatedAt: noon(), UpdatedAt: noon(),
	}, s)
	require.NoError(t, err)
	return c
}

func TestLifecycleIsSoundAndDrawnInTheDocumentation(t *testing.T) {
	t.Parallel()
	require.NoError(t, cart.Lifecycle().Check())
	golden, err := os.ReadFile("testdata/lifecycle.mmd")
	require.NoError(t, err)
	require.Equal(t, string(golden), cart.Lifecycle().Mermaid())
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	for line := range strings.Lines(string(golden)) {
		require.Contains(t, string(doc), "//\t"+line)
	}
}

func TestEveryStateAndTrigger(t *testing.T) {
	t.Parallel()
	to := map[string]cart.Status{
		"open place": cart.StatusPlaced, "open abandon": cart.StatusAbandoned,
		"abandoned return": cart.StatusOpen, "abandoned place": cart.StatusPlaced,
		"open pay": cart.StatusPaying, "abandoned pay": cart.StatusPaying,
		"paying place": cart.StatusPlaced, "paying release": cart.StatusOpen,
	}
	table := cart.Lifecycle()
	require.Len(t, table.States(), 4)
	for _, s := range table.States() {
		for _, trigger := range table.Triggers() {
			got, err := table.Next(s, trigger)
			want, ok := to[string(s)+" "+string(trigger)]
			if ok {
				require.NoError(t, err)
				require.Equal(t, want, got)
				continue
			}
			var f *lifecycle.Forbidden
			require.ErrorAs(t, err, &f)
			require.Equal(t, s, got)
		}
	}
}

func TestFreezeTurnsACartIntoAnOrderOnce(t *testing.T) {
	t.Parallel()
	for _, s := range []cart.Status{cart.StatusOpen, cart.StatusAbandoned} {
		c := filled(t, s)
		f, err := c.Freeze("or_1", noon().Add(time.Hour))
		require.NoError(t, err)
		require.Equal(t, cart.StatusPlaced, f.Status())
		require.Equal(t, "or_1", f.Order)
		require.Equal(t, 7, f.Version)
		require.Equal(t, s, c.Status(), "the cart itself has not changed")
		_, err = f.Freeze("or_2", noon())
		require.ErrorIs(t, err, cart.ErrPlaced)
	}
	empty := filled(t, cart.StatusOpen)
	empty.Lines = nil
	_, err := empty.Freeze("or_1", noon())
	require.ErrorIs(t, err, cart.ErrEmpty)
	require.ErrorIs(t, err, fault.Conflict)
}

func TestJSONKeepsEverything(t *testing.T) {
	t.Parallel()
	for _, s := range cart.Lifecycle().States() {
		c := filled(t, s)
		b, err := json.Marshal(c)
		require.NoError(t, err)
		require.Contains(t, string(b), `"status":"`+string(s)+`"`)
		var back cart.Cart
		require.NoError(t, json.Unmarshal(b, &back))
		require.Equal(t, c, back)
	}
	empty, err := cart.Restore(cart.Cart{Market: market.Context{Currency: money.EUR(0).Currency()}}, cart.StatusOpen)
	require.NoError(t, err)
	b, err := json.Marshal(empty)
	require.NoError(t, err)
	require.Contains(t, string(b), `"lines":[]`)
	var back cart.Cart
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, empty, back)
	require.ErrorIs(t, json.Unmarshal([]byte(`{"status":"lost"}`), &back), fault.Internal)
}

func TestLooksIntoACart(t *testing.T) {
	t.Parallel()
	c := filled(t, cart.StatusOpen)
	require.Equal(t, []string{"MUG", "TEE-M"}, c.SKUs())
	require.Equal(t, 8, c.Pieces())
	l, ok := c.Line(3)
	require.True(t, ok)
	require.Equal(t, "Ada", l.Metadata["engraving"])
	_, ok = c.Line(2)
	require.False(t, ok)
}

func TestCodesHaveOneForm(t *testing.T) {
	t.Parallel()
	for _, row := range [][2]string{{" spring10\t", "SPRING10"}, {"SPRING10", "SPRING10"}, {"größe", "GRÖßE"}, {"", ""}} {
		require.Equal(t, row[1], cart.Code(row[0]))
	}
}

func TestEventsKeepTheirForm(t *testing.T) {
	t.Parallel()
	id := cartID()
	var b strings.Builder
	for _, p := range []event.Payload{
		cart.Created{Cart: id, Buyer: op.Actor{Kind: op.Buyer, ID: "u-1"}, Channel: "web", Market: "dach", Currency: money.EUR(0).Currency()},
		cart.LineAdded{Cart: id, Line: 1, SKU: "TEE-M", Added: 2, Quantity: 5},
		cart.LineChanged{Cart: id, Line: 1, SKU: "TEE-M", Was: 5, Quantity: 3},
		cart.LineRemoved{Cart: id, Line: 1, SKU: "TEE-M", Quantity: 3},
		cart.CodeApplied{Cart: id, Code: "SPRING10"},
		cart.CodeRemoved{Cart: id, Code: "SPRING10"},
		cart.AddressesSet{Cart: id, ShipTo: true, Email: true},
		cart.ShippingSet{Cart: id, Method: "standard"},
		cart.Abandoned{Cart: id},
		cart.Reopened{Cart: id},
	} {
		data, err := json.Marshal(p)
		require.NoError(t, err)
		b.WriteString(p.EventName() + " " + string(data) + "\n")
	}
	golden, err := os.ReadFile("testdata/events.txt")
	require.NoError(t, err)
	require.Equal(t, string(golden), b.String())
}

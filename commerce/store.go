package commerce

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/analytics"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/ledger"
	"github.com/kontor-go/kontor/marketing"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/promotion"
	"github.com/kontor-go/kontor/returns"
	"github.com/kontor-go/kontor/reviews"
	"github.com/kontor-go/kontor/shipping"
	"github.com/kontor-go/kontor/support"
)

// Reader reads committed data of every room.
type Reader interface { //nolint:interfacebloat // one for each room
	analytics.Reader
	cart.Reader
	catalog.Reader
	checkout.Reader
	fulfillment.Reader
	inventory.Reader
	ledger.Reader
	marketing.Reader
	notification.Reader
	op.Reader
	order.Reader
	payment.Reader
	promotion.Reader
	returns.Reader
	reviews.Reader
	shipping.Reader
	support.Reader
}

// Tx is what a unit of work may do in every room. Services see the narrow Tx
// of their room only.
type Tx interface { //nolint:interfacebloat // one for each room
	Reader
	analytics.Tx
	cart.Tx
	catalog.Tx
	checkout.Tx
	event.Marker
	tx.Expecter
	fulfillment.Tx
	inventory.Tx
	ledger.Tx
	marketing.Tx
	notification.Tx
	order.Tx
	payment.Tx
	promotion.Tx
	returns.Tx
	reviews.Tx
	shipping.Tx
	support.Tx
}

// Auditor looks for what must never be the case, in every room.
type Auditor interface { //nolint:interfacebloat // one for each room
	analytics.Auditor
	fulfillment.Auditor
	inventory.Auditor
	ledger.Auditor
	marketing.Auditor
	notification.Auditor
	order.Auditor
	promotion.Auditor
	returns.Auditor
	reviews.Auditor
	shipping.Auditor
	support.Auditor
	// PaymentDiscrepancies: see payment.Reader.
	PaymentDiscrepancies(ctx context.Context) ([]payment.Discrepancy, error)
	// EventDiscrepancies returns what rooms say of each other and is not so:
	// events that wait for delivery about something that is not there, or not
	// yet in the version they tell of, and payments and cancellations that no
	// waiting event tells of and that the other rooms have not heard of (E1, O9,
	// S6); orders that were paid twice, in two currencies, or not at all (M10,
	// M11, M12); carts and orders that do not know each other (O5); what is in
	// flight and nobody will look at (O7). It also returns every table that is
	// only added to and whose guard is gone (M18).
	EventDiscrepancies(ctx context.Context) ([]Violation, error)
}

// Store keeps the data of a shop. It is implemented by adapters/bunstore; what
// an implementation must do is the suite commerce/storetest. A Store is safe
// for concurrent use and is of one tenant; Tenant gives the view of another.
type Store interface {
	tx.Runner[Tx]
	// Reader reads outside of units, each call for itself.
	Reader() Reader
	// Auditor reads everything, for Verify.
	Auditor() Auditor
	// Queue is where the events of all tenants wait for delivery.
	Queue() event.Queue
	// Tenant returns the same store for another tenant: text of at most 64
	// bytes, empty for a shop that is alone.
	Tenant(tenant string) Store
	// Check reports every setting of the database that the store relies on and
	// does not find, and a schema that is older or newer than the program.
	Check(ctx context.Context) error
	// OnCommit sets the function that is called after each commit that
	// announced events. There is one; setting it again replaces it.
	OnCommit(fn func())
	// GateWidth is how many units about one SKU the database likes to have at
	// once; 0 is any number. See inventory.Gate.
	GateWidth() int
	// Prune deletes what is only remembered for a while, of all tenants: by
	// which units are recognised (older than units), and the records of keyed
	// writes, of what consumers have seen and of notices that have been worked
	// off (older than records).
	Prune(ctx context.Context, units, records time.Time) error
}

package commerce

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"time"

	"github.com/kontor-go/kontor/analytics"
	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/page"
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

// Engine is a shop, or the view of one tenant of it. It is safe for concurrent
// use and starts nothing by itself: see Run and Tick.
type Engine struct {
	Catalog       *catalog.Service
	Inventory     *inventory.Service
	Promotions    *promotion.Service
	Carts         *cart.Service
	Checkout      *checkout.Service
	Orders        *order.Service
	Payments      *payment.Service
	Fulfillment   *fulfillment.Service
	Shipping      *shipping.Service
	Returns       *returns.Service
	Reviews       *reviews.Service
	Support       *support.Service
	Notifications *notification.Service
	Analytics     *analytics.Service
	Marketing     *marketing.Service
	// Passes makes and reads the tokens of links in messages.
	Passes notification.Passes
	// Ledger reads the books.
	Ledger ledger.Reader
	// Events is where the host subscribes; see event.On. It is shared by all
	// tenants: the tenant of an event is in its envelope.
	Events *event.Bus

	tenant      string
	store       Store
	root        *root
	site        Site
	inviteAfter time.Duration
}

// root is what all views of a shop share.
type root struct {
	cfg Config
	// texts are those of a tenant without its own.
	texts   *notification.Templates
	cursors page.Codec
	gate    *inventory.Gate
	bus     *event.Bus
	relay   *event.Relay
	plain   *Engine

	mu     sync.Mutex
	pruned time.Time
}

// New builds a shop. It talks to no database; see Start. It reports all that
// cannot work at once: Invalid, with a field for each.
func New(cfg Config) (*Engine, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	cursors, err := page.NewCodec(cfg.Secret)
	if err != nil {
		return nil, err
	}
	texts, err := notification.NewTemplates(nil)
	if err != nil {
		return nil, err
	}
	r := &root{cfg: cfg, texts: texts, cursors: cursors, bus: event.NewBus()}
	width := cfg.Gate
	if width == 0 {
		width = cfg.Store.GateWidth()
	}
	r.gate = inventory.NewGate(max(width, 0))
	if r.plain, err = r.view(cfg.Store, "", cfg.settings()); err != nil {
		return nil, err
	}
	r.react()
	relay := cfg.Relay
	relay.Bus, relay.Queue, relay.Clock, relay.NewID, relay.Logger = r.bus, cfg.Store.Queue(), cfg.Clock, cfg.NewID, cfg.Logger
	if r.relay, err = event.NewRelay(relay); err != nil {
		return nil, err
	}
	cfg.Store.OnCommit(r.relay.Wake)
	return r.plain, nil
}

// view builds the services of one tenant: first the rooms that stand alone,
// then those that stand on them.
func (r *root) view(s Store, tenant string, set Settings) (*Engine, error) {
	e := &Engine{
		tenant: tenant, store: s, root: r, Events: r.bus, Ledger: s.Reader(),
		site: set.Site.withDefaults(), inviteAfter: set.inviteAfter(),
	}
	if err := r.speak(e, set); err != nil {
		return nil, err
	}
	read, clk, newID := s.Reader(), r.cfg.Clock, r.cfg.NewID
	door := r.gate.Door(tenant)
	var err error
	e.Payments, err = payment.NewService(payment.Deps{
		Units: narrow[payment.Tx](s), Reader: read, Clock: clk, NewID: newID,
		Methods: set.Payments, Moments: set.Moments, Timing: set.PaymentTiming,
	})
	if err != nil {
		return nil, err
	}
	e.Catalog = catalog.NewService(catalog.Deps{
		Units: narrow[catalog.Tx](s), Reader: read, Clock: clk, NewID: newID, Cursors: r.cursors, Tenant: tenant,
	})
	e.Inventory = inventory.NewService(inventory.Deps{
		Units: narrow[inventory.Tx](s), Reader: read, Clock: clk, NewID: newID, Allocator: set.Allocator, Door: door,
	})
	e.Promotions = promotion.NewService(promotion.Deps{
		Units: narrow[promotion.Tx](s), Reader: read, Clock: clk, NewID: newID, Random: rand.Reader,
	})
	e.Analytics = analytics.NewService(analytics.Deps{
		Units: narrow[analytics.Tx](s), Reader: read, Clock: clk, NewID: newID, Cursors: r.cursors, Tenant: tenant,
		Zone: set.Zone, Sink: set.Sink,
	})
	e.Carts = cart.NewService(cart.Deps{Units: narrow[cart.Tx](s), Reader: read, Clock: clk, NewID: newID})
	e.Orders = order.NewService(order.Deps{
		Units: narrow[order.Tx](s), Reader: read, Clock: clk, NewID: newID, Cursors: r.cursors, Tenant: tenant,
	})
	terms, err := e.terms(set)
	if err != nil {
		return nil, err
	}
	e.Checkout = checkout.NewService(checkout.Deps{
		Units: narrow[checkout.Tx](s), Reader: read, Clock: clk, NewID: newID,
		Inventory: e.Inventory, Payments: e.Payments, Promotions: e.Promotions, Orders: e.Orders, Door: door,
		Terms: terms, Pipeline: set.Pipeline, Numbers: set.Numbers, PayWithin: set.PayWithin, Hooks: set.Hooks,
	})
	r.deliver(e, set)
	return e, r.advertise(e, set)
}

// deliver builds the rooms that bring goods out of the house and back.
func (r *root) deliver(e *Engine, set Settings) {
	s, read, clk, newID := e.store, e.store.Reader(), r.cfg.Clock, r.cfg.NewID
	e.Shipping = shipping.NewService(shipping.Deps{
		Units: narrow[shipping.Tx](s), Reader: read, Clock: clk, NewID: newID, Carriers: set.Carriers,
	})
	e.Fulfillment = fulfillment.NewService(fulfillment.Deps{
		Units: narrow[fulfillment.Tx](s), Reader: read, Clock: clk, NewID: newID, Inventory: e.Inventory, Orders: e.Orders,
		Warehouses: set.Warehouses, Patience: set.WarehousePatience, Bins: set.Bins,
	})
	e.Returns = returns.NewService(returns.Deps{
		Units: narrow[returns.Tx](s), Reader: read, Clock: clk, NewID: newID, Orders: e.Orders,
		Restocker: returns.Shelf{Inventory: e.Inventory}, Refunder: returns.RefunderFunc(e.repay),
		Policy: set.ReturnPolicy, ReceiveWithin: set.ReceiveWithin, Patience: set.RefundPatience,
	})
}

// speak builds the rooms that speak with buyers and listen to them.
func (r *root) speak(e *Engine, set Settings) error {
	s, read, clk, newID := e.store, e.store.Reader(), r.cfg.Clock, r.cfg.NewID
	var err error
	if e.Passes, err = notification.NewPasses(r.cfg.Secret, e.tenant); err != nil {
		return err
	}
	var addresses support.Addresses
	if set.Mailbox != "" {
		if addresses, err = support.NewAddresses(r.cfg.Secret, e.tenant, set.Mailbox); err != nil {
			return err
		}
	}
	texts := set.Templates
	if texts == nil {
		texts = r.texts
	}
	e.Notifications = notification.NewService(notification.Deps{
		Units: narrow[notification.Tx](s), Reader: read, Clock: clk, NewID: newID,
		Notifiers: set.Notifiers, Templates: texts, Timing: set.MessageTiming,
	})
	e.Reviews = reviews.NewService(reviews.Deps{
		Units: narrow[reviews.Tx](s), Reader: read, Clock: clk, NewID: newID, Cursors: r.cursors, Tenant: e.tenant,
	})
	e.Support = support.NewService(support.Deps{
		Units: narrow[support.Tx](s), Reader: read, Clock: clk, NewID: newID, Cursors: r.cursors, Tenant: e.tenant,
		Channels: set.Channels, Addresses: addresses,
	})
	return nil
}

// narrow gives a room a Runner of its own Tx.
func narrow[N any](s Store) tx.Runner[N] {
	return tx.Narrow(s, func(t Tx) N { return any(t).(N) }) //nolint:forcetypeassert // Tx embeds the Tx of every room; a test holds it
}

// maxTenant is the largest length of the name of a tenant, in bytes.
const maxTenant = 64

// Tenant returns the view of a tenant: its own data, its own settings, the same
// bus. It fails with Invalid for a name that is no text of 1 to 64 bytes, and
// with what Config.Settings returns. The view without a name is the Engine
// that New returned.
func (e *Engine) Tenant(ctx context.Context, name string) (*Engine, error) {
	if name == "" {
		return e.root.plain, nil
	}
	var c fault.Check
	c.That(len(name) <= maxTenant, "tenant", "too_long", "must have at most 64 bytes")
	c.Text("tenant", name, maxTenant)
	if err := c.Err("commerce.tenant"); err != nil {
		return nil, err
	}
	set := e.root.cfg.settings()
	if of := e.root.cfg.Settings; of != nil {
		var err error
		if set, err = of(ctx, name); err != nil {
			return nil, err
		}
	}
	return e.root.view(e.root.cfg.Store.Tenant(name), name, set)
}

// Name returns the name of the tenant whose view this is.
func (e *Engine) Name() string { return e.tenant }

// Start checks the database and its schema, and names all that is wrong. Call
// it once before the shop opens.
func (e *Engine) Start(ctx context.Context) error { return e.store.Check(ctx) }

// Wake makes the relay look for events. The engine does it after its own
// commits; the host does it after a commit of its own that an engine call had
// joined.
func (e *Engine) Wake() { e.root.relay.Wake() }

// pruneEvery is how often Run and Tick tidy up, and unitsFor for how long units
// are remembered, which is longer than any commit can be under way.
const (
	pruneEvery = time.Hour
	unitsFor   = 24 * time.Hour
)

// Run delivers events, of all tenants, until ctx ends. It is woken by commits
// and looks by itself once a second. It returns nil when ctx has ended and
// nothing of it is left running. Several processes may run it.
func (e *Engine) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	wg.Go(func() { e.keepTidy(ctx) })
	err := e.root.relay.Run(ctx)
	cancel()
	wg.Wait()
	return err
}

func (e *Engine) keepTidy(ctx context.Context) {
	t := time.NewTicker(pruneEvery)
	defer t.Stop()
	for {
		if err := e.tidy(ctx); err != nil && ctx.Err() == nil {
			e.root.cfg.Logger.WarnContext(ctx, "tidying up failed", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// tidy deletes what is only remembered for a while, if it is time.
func (e *Engine) tidy(ctx context.Context) error {
	r := e.root
	now := r.cfg.Clock.Now()
	r.mu.Lock()
	due := now.Sub(r.pruned) >= pruneEvery
	if due {
		r.pruned = now
	}
	r.mu.Unlock()
	if !due {
		return nil
	}
	return e.store.Prune(ctx, now.Add(-unitsFor), now.Add(-r.cfg.Keep))
}

// Tick does one round of what Run does: for hosts that have a rhythm of their
// own, and for tests. It returns how many events were delivered.
func (e *Engine) Tick(ctx context.Context) (int, error) {
	n, err := e.root.relay.Tick(ctx)
	return n, errors.Join(err, e.tidy(ctx))
}

// Drain calls Tick until nothing is due any more, at most a thousand times, and
// returns how many events were delivered.
func (e *Engine) Drain(ctx context.Context) (int, error) {
	total := 0
	for range 1000 {
		n, err := e.Tick(ctx)
		total += n
		if err != nil || n == 0 {
			return total, err
		}
	}
	return total, nil
}

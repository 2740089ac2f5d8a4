package commerce

import (
	"context"
	"crypto/rand"
	"log/slog"
	"strconv"
	"time"

	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/pricing"
)

// Config is what a shop is built from. Store is required; the zero value of
// everything else works.
type Config struct {
	// Store keeps the data. Required.
	Store Store
	// Payments, Moments, PaymentTiming, Terms, Pipeline, Allocator, Numbers,
	// PayWithin and Hooks are the settings of the shop; see Settings.
	Payments      map[string]payment.Provider
	Moments       map[string]payment.Moment
	PaymentTiming payment.Timing
	Terms         checkout.TermsPolicy
	Pipeline      pricing.Pipeline
	Allocator     inventory.Allocator
	Numbers       order.Numberer
	PayWithin     map[string]time.Duration
	Hooks         checkout.Hooks
	// Settings returns the settings of a tenant. It is called whenever a view
	// of the tenant is made, so it should remember. Defaults to none: all
	// tenants have the settings above.
	Settings func(ctx context.Context, tenant string) (Settings, error)
	// Secret signs cursors and tokens: at least 16 bytes, the same in all
	// processes of a shop. Defaults to a random one, with which what one
	// process signs is refused by the others and after a restart.
	Secret []byte
	// Logger receives what an operator must know. Defaults to silence.
	Logger *slog.Logger
	// Clock tells the time. Defaults to the system's.
	Clock clock.Clock
	// NewID makes ids. Defaults to UUID version 7.
	NewID id.Source
	// Gate is how many units about one SKU this process sends to the database
	// at once. Defaults to what the store likes; less than zero is no gate.
	Gate int
	// Relay tunes the delivery of events. Bus, Queue, Clock, NewID and Logger
	// are filled in. The zero value works.
	Relay event.RelayConfig
	// Keep is how long keyed writes are remembered: within it a repeat returns
	// the first result. Defaults to 30 days, and is at least a day.
	Keep time.Duration
	// Without names reactions that the shop does not want; see Reactions.
	Without []string
}

// Settings are the providers and policies of one tenant. The zero value works
// for a shop in which everything is free.
type Settings struct {
	// Payments are the ways to pay, by the key under which orders know them.
	Payments map[string]payment.Provider
	// Moments say when the money of a way to pay is taken. May be nil.
	Moments map[string]payment.Moment
	// PaymentTiming says how long to wait for what. May be zero.
	PaymentTiming payment.Timing
	// Terms are taxes, coupons, promotions and shipping. Defaults to none.
	Terms checkout.TermsPolicy
	// Pipeline is how prices are worked out. Defaults to pricing.Standard.
	Pipeline pricing.Pipeline
	// Allocator decides from which places goods are taken. Defaults to one
	// place for all, if there is one.
	Allocator inventory.Allocator
	// Numbers gives order numbers. Defaults to random ones.
	Numbers order.Numberer
	// PayWithin is until when an order must be paid, by way of paying, or by ""
	// for all others; less than zero is without an end. Defaults to 14 days.
	PayWithin map[string]time.Duration
	// Hooks run before an order is placed. May be zero.
	Hooks checkout.Hooks
}

// settings are those of the shop without a tenant.
func (c *Config) settings() Settings {
	return Settings{
		Payments: c.Payments, Moments: c.Moments, PaymentTiming: c.PaymentTiming, Terms: c.Terms, Pipeline: c.Pipeline,
		Allocator: c.Allocator, Numbers: c.Numbers, PayWithin: c.PayWithin, Hooks: c.Hooks,
	}
}

// check records what is missing and fills in the defaults.
func (c *Config) check() error {
	var f fault.Check
	f.That(c.Store != nil, "Store", "required", "must be set")
	f.That(len(c.Secret) == 0 || len(c.Secret) >= page.MinSecret, "Secret", "too_short",
		"must have at least "+strconv.Itoa(page.MinSecret)+" bytes")
	f.That(c.Keep == 0 || c.Keep >= 24*time.Hour, "Keep", "too_short", "must be at least a day")
	known := Reactions()
	for i, name := range c.Without {
		f.That(contains(known, name), "Without["+strconv.Itoa(i)+"]", "unknown", "must be one of Reactions()")
	}
	if c.Clock == nil {
		c.Clock = clock.System()
	} else {
		c.Clock = clock.Func(c.Clock.Now)
	}
	if c.NewID == nil {
		c.NewID = id.V7
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Keep == 0 {
		c.Keep = 30 * 24 * time.Hour
	}
	if len(c.Secret) == 0 {
		c.Secret = make([]byte, 32)
		if _, err := rand.Read(c.Secret); err != nil {
			return err
		}
	}
	return f.Err("commerce.config")
}

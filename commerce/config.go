package commerce

import (
	"context"
	"crypto/rand"
	"log/slog"
	"strconv"
	"time"

	"github.com/kontor-go/kontor/analytics"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/marketing"
	"github.com/kontor-go/kontor/notification"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/pricing"
	"github.com/kontor-go/kontor/returns"
	"github.com/kontor-go/kontor/shipping"
	"github.com/kontor-go/kontor/support"
	"github.com/kontor-go/kontor/tax"
)

// Config is what a shop is built from. Store is required; the zero value of
// everything else works.
type Config struct {
	// Store keeps the data. Required.
	Store Store
	// The fields from Payments to Sink are the settings of the shop;
	// see Settings.
	Payments          map[string]payment.Provider
	Moments           map[string]payment.Moment
	PaymentTiming     payment.Timing
	Terms             checkout.TermsPolicy
	Selling           Selling
	Pipeline          pricing.Pipeline
	Allocator         inventory.Allocator
	Numbers           order.Numberer
	PayWithin         map[string]time.Duration
	Hooks             checkout.Hooks
	Taxes             tax.Calculator
	Carriers          []shipping.Carrier
	Site              Site
	Notifiers         map[notification.Channel]notification.Notifier
	Templates         *notification.Templates
	MessageTiming     notification.Timing
	InviteAfter       time.Duration
	RemindAfter       time.Duration
	MarketingCap      marketing.Cap
	Channels          map[support.Kind]support.Channel
	Mailbox           string
	Warehouses        map[string]fulfillment.Warehouse
	WarehousePatience time.Duration
	Bins              fulfillment.Bins
	ReturnPolicy      returns.Policy
	ReceiveWithin     time.Duration
	RefundPatience    time.Duration
	Zone              *time.Location
	Sink              analytics.Sink
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
	// Terms are taxes, coupons, promotions and shipping, whatever the rooms say.
	// Defaults to what the rooms say: Promotions of the Engine, Taxes, and what
	// Selling ships by Carriers; see checkout.Rooms.
	Terms checkout.TermsPolicy
	// Selling is what the terms of the rooms need to know. May be zero; without
	// effect beside Terms.
	Selling Selling
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

	// Taxes says what is taxed where; without effect beside Terms. May be nil:
	// nothing is taxed.
	Taxes tax.Calculator
	// Carriers make labels, tell where parcels are and quote what shipping
	// costs. May be empty: parcels are shipped by number.
	Carriers []shipping.Carrier
	// Site is what messages say about the shop. May be zero.
	Site Site
	// Notifiers send messages to buyers, by channel. Without one for a channel
	// nothing is sent over it.
	Notifiers map[notification.Channel]notification.Notifier
	// Templates are the texts of messages. Defaults to those built in.
	Templates *notification.Templates
	// MessageTiming says how often and how long a message is tried. May be zero.
	MessageTiming notification.Timing
	// InviteAfter is how long after a delivery the buyer is asked for a review;
	// less than zero is never. Defaults to 10 days.
	InviteAfter time.Duration
	// RemindAfter is how long a cart lies still before its buyer, who agreed to
	// it, is reminded. Defaults to marketing.DefaultRemindAfter.
	RemindAfter time.Duration
	// MarketingCap limits how many messages of marketing one address gets.
	// Defaults to no limit.
	MarketingCap marketing.Cap
	// Channels carry the replies of staff to customers, by kind of conversation.
	// A kind without one needs none.
	Channels map[support.Kind]support.Channel
	// Mailbox takes the answers of customers: "reply@support.example.com", which
	// must take mail with a tag after a plus. Empty: they answer to wherever the
	// Channel writes from.
	Mailbox string
	// Warehouses are who fulfillments may be forwarded to, by name. May be nil.
	Warehouses map[string]fulfillment.Warehouse
	// WarehousePatience is how long a warehouse may take to answer before it is
	// asked again. Defaults to five minutes.
	WarehousePatience time.Duration
	// Bins say where things lie, for pick lists. May be nil.
	Bins fulfillment.Bins
	// ReturnPolicy decides what may come back. Defaults to returns.Window{}: 30
	// days from the delivery.
	ReturnPolicy returns.Policy
	// ReceiveWithin is how long approved goods may take to come back. Defaults
	// to 30 days.
	ReceiveWithin time.Duration
	// RefundPatience is how long the refund of a return may take before it is
	// asked about again. Defaults to five minutes.
	RefundPatience time.Duration
	// Zone is the place whose days are those of reports. Defaults to UTC.
	Zone *time.Location
	// Sink gets every fact that reports are made of, for the host's own
	// analytics. May be nil.
	Sink analytics.Sink
}

// defaultInvite is Settings.InviteAfter where it is not said.
const defaultInvite = 10 * 24 * time.Hour

func (s Settings) inviteAfter() time.Duration {
	if s.InviteAfter == 0 {
		return defaultInvite
	}
	return s.InviteAfter
}

// settings are those of the shop without a tenant.
func (c *Config) settings() Settings {
	return Settings{
		Payments: c.Payments, Moments: c.Moments, PaymentTiming: c.PaymentTiming, Terms: c.Terms, Selling: c.Selling, Pipeline: c.Pipeline,
		Allocator: c.Allocator, Numbers: c.Numbers, PayWithin: c.PayWithin, Hooks: c.Hooks,
		Taxes: c.Taxes, Carriers: c.Carriers, Site: c.Site,
		Notifiers: c.Notifiers, Templates: c.Templates, MessageTiming: c.MessageTiming, InviteAfter: c.InviteAfter,
		RemindAfter: c.RemindAfter, MarketingCap: c.MarketingCap,
		Channels: c.Channels, Mailbox: c.Mailbox,
		Warehouses: c.Warehouses, WarehousePatience: c.WarehousePatience, Bins: c.Bins,
		ReturnPolicy: c.ReturnPolicy, ReceiveWithin: c.ReceiveWithin, RefundPatience: c.RefundPatience,
		Zone: c.Zone, Sink: c.Sink,
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

package bunstore

import (
	"context"
	"time"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/analyticsrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/auditrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/cartrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/catalogrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/checkoutrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/eventrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/expectrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/fulfillmentrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/ledgerrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/marketingrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/notificationrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/oprows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/orderrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/paymentrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/promotionrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/returnrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/reviewrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/shippingrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/stockrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/supportrows"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
)

// reader joins the readers of all rooms.
type reader struct {
	analyticsrows.AnalyticsReader
	cartrows.CartReader
	catalogrows.CatalogReader
	checkoutrows.CheckoutReader
	fulfillmentrows.FulfillmentReader
	ledgerrows.LedgerReader
	marketingrows.MarketingReader
	notificationrows.NotificationReader
	oprows.OperationReader
	orderrows.OrderReader
	paymentrows.PaymentReader
	promotionrows.PromotionReader
	returnrows.ReturnReader
	reviewrows.ReviewReader
	shippingrows.ShippingReader
	stockrows.StockReader
	supportrows.SupportReader
}

func newReader(q unit.Querier) reader {
	return reader{
		AnalyticsReader:    analyticsrows.AnalyticsReader{Q: q},
		CartReader:         cartrows.CartReader{Q: q},
		CatalogReader:      catalogrows.CatalogReader{Q: q},
		CheckoutReader:     checkoutrows.CheckoutReader{Q: q},
		FulfillmentReader:  fulfillmentrows.FulfillmentReader{Q: q},
		LedgerReader:       ledgerrows.LedgerReader{Q: q},
		MarketingReader:    marketingrows.MarketingReader{Q: q},
		NotificationReader: notificationrows.NotificationReader{Q: q},
		OperationReader:    oprows.OperationReader{Q: q},
		OrderReader:        orderrows.OrderReader{Q: q},
		PaymentReader:      paymentrows.PaymentReader{Q: q},
		PromotionReader:    promotionrows.PromotionReader{Q: q},
		ReturnReader:       returnrows.ReturnReader{Q: q},
		ReviewReader:       reviewrows.ReviewReader{Q: q},
		ShippingReader:     shippingrows.ShippingReader{Q: q},
		StockReader:        stockrows.StockReader{Q: q},
		SupportReader:      supportrows.SupportReader{Q: q},
	}
}

// txn joins the writers of all rooms on one unit.
type txn struct {
	analyticsrows.AnalyticsTx
	cartrows.CartTx
	catalogrows.CatalogTx
	checkoutrows.CheckoutTx
	eventrows.EventTx
	expectrows.ExpectTx
	fulfillmentrows.FulfillmentTx
	ledgerrows.LedgerTx
	marketingrows.MarketingTx
	notificationrows.NotificationTx
	oprows.OperationTx
	orderrows.OrderTx
	paymentrows.PaymentTx
	promotionrows.PromotionTx
	returnrows.ReturnTx
	reviewrows.ReviewTx
	shippingrows.ShippingTx
	stockrows.StockTx
	supportrows.SupportTx
}

func newTx(u *unit.Unit) commerce.Tx {
	r := newReader(u)
	return txn{
		AnalyticsTx:    analyticsrows.AnalyticsTx{AnalyticsReader: r.AnalyticsReader, U: u},
		CartTx:         cartrows.CartTx{CartReader: r.CartReader, U: u},
		CatalogTx:      catalogrows.CatalogTx{CatalogReader: r.CatalogReader, U: u},
		CheckoutTx:     checkoutrows.CheckoutTx{CheckoutReader: r.CheckoutReader, U: u},
		EventTx:        eventrows.EventTx{U: u},
		ExpectTx:       expectrows.ExpectTx{U: u},
		FulfillmentTx:  fulfillmentrows.FulfillmentTx{FulfillmentReader: r.FulfillmentReader, U: u},
		LedgerTx:       ledgerrows.LedgerTx{LedgerReader: r.LedgerReader, U: u},
		MarketingTx:    marketingrows.MarketingTx{MarketingReader: r.MarketingReader, U: u},
		NotificationTx: notificationrows.NotificationTx{NotificationReader: r.NotificationReader, U: u},
		OperationTx:    oprows.OperationTx{OperationReader: r.OperationReader, U: u},
		OrderTx:        orderrows.OrderTx{OrderReader: r.OrderReader, U: u},
		PaymentTx:      paymentrows.PaymentTx{PaymentReader: r.PaymentReader, U: u},
		PromotionTx:    promotionrows.PromotionTx{PromotionReader: r.PromotionReader, U: u},
		ReturnTx:       returnrows.ReturnTx{ReturnReader: r.ReturnReader, U: u},
		ReviewTx:       reviewrows.ReviewTx{ReviewReader: r.ReviewReader, U: u},
		ShippingTx:     shippingrows.ShippingTx{ShippingReader: r.ShippingReader, U: u},
		StockTx:        stockrows.StockTx{StockReader: r.StockReader, U: u},
		SupportTx:      supportrows.SupportTx{SupportReader: r.SupportReader, U: u},
	}
}

// auditor joins the audits of all rooms.
type auditor struct {
	reader
	auditrows.EventAuditor
}

// Reader reads committed data.
func (s *Store) Reader() commerce.Reader { return newReader(s.s.View(s.tenant)) }

// Auditor reads everything, for Verify.
func (s *Store) Auditor() commerce.Auditor { //nolint:ireturn // the port
	v := s.s.View(s.tenant)
	return auditor{reader: newReader(v), EventAuditor: auditrows.EventAuditor{Q: v, Dialect: s.s.Dialect}}
}

// Queue is where the events of all tenants wait for delivery.
func (s *Store) Queue() event.Queue { //nolint:ireturn // the port
	return eventrows.Queue{S: s.s}
}

// GateWidth is 2 on PostgreSQL, where many that wait for one row cost more than
// the row, and 0 on SQLite, where all wait for the one writer anyway.
func (s *Store) GateWidth() int {
	if s.s.Dialect == unit.SQLite {
		return 0
	}
	return pgGate
}

// pgGate was measured best for 64 buyers of one SKU.
const pgGate = 2

const (
	deleteUnits   = "DELETE FROM kontor_unit WHERE at < $1"
	deleteRecords = "DELETE FROM kontor_operation WHERE at < $1"
	deleteSeen    = "DELETE FROM kontor_seen WHERE at < $1"
	// A notice of which nothing is due has been worked off. Told again after so
	// long, it is looked at again, which changes nothing.
	deleteNotices = "DELETE FROM kontor_inbox WHERE due_at = 0 AND received_at < $1"
)

// Prune deletes what is only remembered for a while.
func (s *Store) Prune(ctx context.Context, units, records time.Time) error {
	return s.s.Run(ctx, "", func(ctx context.Context, u *unit.Unit) error {
		old := map[string]time.Time{deleteUnits: units, deleteRecords: records, deleteSeen: records, deleteNotices: records}
		for text, before := range old {
			if err := u.Write(ctx, unit.Write{Rank: unit.RankOther, Key: text, Text: text, Args: []any{clock.Micros(before)}}); err != nil {
				return err
			}
		}
		return nil
	})
}

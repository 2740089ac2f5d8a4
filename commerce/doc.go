// Package commerce is the roof: the host builds a shop from a store, providers
// and policies, and calls services on it.
//
//	store, err := sqlite.Open("shop.db", nil)
//	shop, err := commerce.New(commerce.Config{
//		Store:    store,
//		Payments: map[string]payment.Provider{"transfer": manual.New()},
//	})
//	go shop.Run(ctx)
//
// The roof holds no rule of the trade. It builds the rooms, hands each what
// fits, and lets one react to what another has announced: an order hears of its
// money, goods are kept when an order is confirmed and freed when it is
// cancelled, what was not paid in time lapses, buyers hear that they have
// ordered and that goods have left, what was delivered may come back and be
// reviewed. Each reaction has a name and can be left out.
//
// A Store keeps several tenants apart; Engine.Tenant gives the view of one.
// Verify audits a live shop: money, stock, and whatever else is counted.
package commerce

// Package page cuts long lists into pages.
//
// A list is read by position, not by number: the page after this one begins
// where this one ended, whatever was added or removed in between. That position
// is the Cursor, a short text which the engine hands out as Page.Next and takes
// back as Request.Cursor. It carries the sort keys of the last item.
//
// A Codec signs cursors, so nobody can make one up, and binds each to its List:
// the name of the list, the tenant and the sort order. A cursor from another
// list, another tenant or another order is refused like a forged one. Cursors
// are signed and not encrypted: a sort key must not be a secret.
//
//	at := page.List{Name: "orders", Tenant: tenant, Sort: "-placed_at"}
//	var placed int64
//	var id []byte
//	if err := codec.Decode(at, req.Cursor, &placed, &id); err != nil { ... }
//	rows := ... // req.Size()+1 rows after (placed, id)
//	return page.Of(rows, req, func(o Order) (string, error) {
//		return codec.Encode(at, o.PlacedMicros, o.ID[:])
//	})
package page

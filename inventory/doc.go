// Package inventory keeps what lies where, and who it is promised to.
//
// Goods are known by their SKU and lie at places. A Level says how many pieces
// of a SKU are on hand at a place and how many of them are reserved; what is
// left is available. Whatever comes or goes is a Movement, and the movements of
// a level add up to what is on hand.
//
// A promise is a Reservation. It belongs to an owner, which is the prefixed id
// of whatever holds the goods: this room does not know what an order is. A
// reservation is
//
//	held -> committed   the goods have left
//	held -> released    the promise was taken back
//	held -> expired     its end came and nobody had kept it
//
// and nothing after that. Hold promises everything that is asked for or
// nothing, and no two buyers are ever promised the same piece: what is
// available is checked in the statement that takes it. From which places goods
// are taken is the decision of an Allocator.
//
//	_, err := stock.Receive(ctx, inventory.Receive{SKU: "TEE-M", Quantity: 40})
//	_, err = stock.Hold(ctx, owner, inventory.Hold{
//		Lines: []inventory.Line{{SKU: "TEE-M", Quantity: 2}},
//		Until: in30Minutes, Timer: true,
//	})
//	var short *inventory.Shortage
//	if errors.As(err, &short) { ... } // short.Have of short.Want are there
//	_, err = stock.Keep(ctx, owner, inventory.Keep{})     // paid: firm
//	_, err = stock.Commit(ctx, owner, inventory.Commit{}) // shipped: gone
//
// An end is half open: at that very time the promise is over. The timer event
// HoldDue reminds whoever listens to call Expire.
//
// A Gate keeps the crowd of a flash sale out of the database.
package inventory

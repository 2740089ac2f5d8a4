// Package order keeps what was agreed, and what has become of it.
//
// An order is placed once and then never changes in what was agreed: the lines
// with their prices, discounts and taxes, the charges, the total, the addresses.
// All figures are checked when it is placed, to the last cent (see New), and the
// calculation they came from is kept with it as a snapshot.
//
// What happens afterwards an order is told: that money has come in
// (RecordPayment) or gone back (RecordRefund), that goods have left
// (RecordShipment) or come back (RecordReturn). It does not know who moved them.
// It takes note of each fact once, however often it is told. Whether an order is
// paid or shipped is no state but arithmetic on these facts: its PaymentStanding
// and ShipmentStanding.
//
// The state says what the shop means to do. A placed order that is paid exactly
// confirms itself; staff may confirm others, put a placed order on hold, resume
// it, cancel, and complete it. One that is not paid in time lapses.
//
//	stateDiagram-v2
//	    [*] --> placed
//	    placed --> cancelled : cancel
//	    placed --> confirmed : confirm
//	    placed --> on_hold : hold
//	    cancelled --> [*]
//	    confirmed --> cancelled : cancel
//	    confirmed --> completed : complete
//	    on_hold --> cancelled : cancel
//	    on_hold --> placed : resume
//	    completed --> [*]
//
// Placing an order books the sale, cancelling it books the reverse:
//
//	receivable   total
//	sales       -goods without tax
//	shipping    -carriage without tax
//	fees        -services without tax
//	tax         -tax
//	rounding    -what rounding for cash added
package order

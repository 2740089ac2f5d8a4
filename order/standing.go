package order

import "github.com/kontor-go/kontor/kernel/money"

// PaymentStanding is what the amounts say about an order.
type PaymentStanding string

// The payment standings.
const (
	// Unpaid: nothing was paid.
	Unpaid PaymentStanding = "unpaid"
	// PartlyPaid: less was paid than the total.
	PartlyPaid PaymentStanding = "partly_paid"
	// Paid: exactly the total was paid, or there is nothing to pay.
	Paid PaymentStanding = "paid"
	// Overpaid: more was paid than the total. Somebody should look.
	Overpaid PaymentStanding = "overpaid"
	// PartlyRefunded: some of what was paid was given back.
	PartlyRefunded PaymentStanding = "partly_refunded"
	// Refunded: all that was paid was given back.
	Refunded PaymentStanding = "refunded"
)

// PaymentStanding compares what was paid and refunded with the total.
func (o Order) PaymentStanding() PaymentStanding {
	return paymentStanding(o.Total.Minor(), o.Paid.Minor(), o.Refunded.Minor())
}

func paymentStanding(total, paid, refunded int64) PaymentStanding {
	switch {
	case refunded > 0 && refunded >= paid:
		return Refunded
	case refunded > 0:
		return PartlyRefunded
	case paid == total:
		return Paid
	case paid == 0:
		return Unpaid
	case paid < total:
		return PartlyPaid
	default:
		return Overpaid
	}
}

// Owed returns what the buyer still has to pay; if negative, what has to be
// given back. Nothing is owed for a cancelled order.
func (o Order) Owed() money.Amount {
	have := o.Paid.Minor() - o.Refunded.Minor()
	if o.status == StatusCancelled {
		return money.New(-have, o.Currency())
	}
	return money.New(o.Total.Minor()-have, o.Currency())
}

// ShipmentStanding is what the quantities say about an order.
type ShipmentStanding string

// The shipment standings.
const (
	// Unshipped: nothing has left.
	Unshipped ShipmentStanding = "unshipped"
	// PartlyShipped: some pieces have left and some have not.
	PartlyShipped ShipmentStanding = "partly_shipped"
	// Shipped: every piece that was not cancelled has left.
	Shipped ShipmentStanding = "shipped"
)

// ShipmentStanding compares what has left with what was agreed.
func (o Order) ShipmentStanding() ShipmentStanding {
	left, open := 0, 0
	for _, l := range o.Lines {
		left += l.Shipped
		open += l.Open()
	}
	switch {
	case left == 0:
		return Unshipped
	case open > 0:
		return PartlyShipped
	default:
		return Shipped
	}
}

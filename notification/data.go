package notification

// The templates that are built in, and the data that each of them takes. All
// amounts and dates are texts, already in the language of the reader.
const (
	// OrderConfirmationTemplate is sent over both channels when an order was
	// placed. Its data is an OrderConfirmation.
	OrderConfirmationTemplate = "order-confirmation"
	// OrderShippedTemplate tells by email that goods have left. Its data is an
	// OrderShipped.
	OrderShippedTemplate = "order-shipped"
	// ReviewInvitationTemplate asks by email how the goods are. Its data is a
	// ReviewInvitation.
	ReviewInvitationTemplate = "review-invitation"
)

// OrderConfirmation is what somebody has ordered.
type OrderConfirmation struct {
	// Shop is the name of the shop, Name that of the buyer; it may be empty.
	Shop string
	Name string
	// Number is the number of the order.
	Number string
	Lines  []OrderedLine
	// Charges are what else is in the total, such as shipping.
	Charges []Charge
	// Discount is what was taken off, with its sign, and Rounding what rounding
	// for cash has changed. Empty: nothing.
	Discount string
	Rounding string
	// Tax is the sum of the taxes, which the total contains if TaxIncluded says
	// that prices do, and which was added to it otherwise. Empty: none.
	Tax         string
	TaxIncluded bool
	Total       string
	// ShipTo are the lines of the address.
	ShipTo []string
	// Instructions say how to pay, if there is something to do. May be empty.
	Instructions string
	// Link opens the order. May be empty; see Passes.
	Link string
}

// OrderedLine is one line of an order.
type OrderedLine struct {
	Title    string
	Quantity int
	Total    string
}

// Charge is one more part of a total.
type Charge struct {
	Title  string
	Amount string
}

// OrderShipped is what is on its way.
type OrderShipped struct {
	// Shop is the name of the shop, Name that of the buyer; it may be empty.
	Shop string
	Name string
	// Number is the number of the order.
	Number string
	Lines  []ShippedLine
	// Parcels are those that can be followed.
	Parcels []ShippedParcel
	// Link opens the order. May be empty; see Passes.
	Link string
}

// ShippedLine is a number of pieces of one line of an order.
type ShippedLine struct {
	Title    string
	Quantity int
}

// ShippedParcel is a tracking number, and the page of the carrier that shows
// where the parcel is, if one is known.
type ShippedParcel struct {
	Number string
	Link   string
}

// ReviewInvitation asks about what was delivered.
type ReviewInvitation struct {
	Shop string
	// Name is that of the buyer. May be empty.
	Name     string
	Products []InvitedProduct
}

// InvitedProduct is one thing to review, and the link to do it.
type InvitedProduct struct {
	Title string
	Link  string
}

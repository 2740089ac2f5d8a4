package shipping

// LabelText is what stands on the label of a carrier that prints its own: one
// that sends no label of its own over the wire.
type LabelText struct {
	// Carrier and Service are the names of both, for people.
	Carrier, Service string
	// Number is the tracking number, in printable ASCII. It is shown to people
	// and, as a barcode, to scanners.
	Number string
	// From and To are the addresses, line by line.
	From, To []string
	// Reference is what people find the parcel by, Weight what it weighs.
	Reference, Weight string
}

// LabelPrinter draws labels for a carrier that prints its own. Implementations
// are safe for concurrent use.
type LabelPrinter interface {
	// PrintLabel returns the format of a Label, such as "pdf", and its body, of
	// at most MaxLabel bytes. The same text has the same body. A text that
	// cannot be drawn as it is written is Invalid.
	PrintLabel(t LabelText) (format string, body []byte, err error)
}

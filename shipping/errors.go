package shipping

import "github.com/kontor-go/kontor/kernel/fault"

// The errors of this room. Test for them with errors.Is.
var (
	// ErrNoShipment: there is no such shipment.
	ErrNoShipment = fault.Missing("shipment")
	// ErrNoLabel: the shipment has no label of ours.
	ErrNoLabel = fault.Missing("label")
	// ErrNoCarrier: no carrier with this code is known here.
	ErrNoCarrier = fault.Missing("carrier")
	// ErrNoPower: the carrier cannot do this.
	ErrNoPower = fault.New(fault.Unsupported, "carrier_power", "The carrier does not offer this.")
	// ErrUnderWay: the carrier has the parcel already.
	ErrUnderWay = fault.New(fault.Conflict, "shipment_under_way", "The parcel is on its way already.")
	// ErrLabelling: somebody else is asking for the label; see LabelLease.
	ErrLabelling = &fault.Error{
		Kind: fault.Conflict, Code: "shipment_labelling", Retry: true, Text: "The label is being made.",
	}
	// ErrBadLabel: the carrier's answer is no label.
	ErrBadLabel = fault.New(fault.Unknown, "label_unreadable", "The carrier answered with a label that cannot be used.")
)

package shipping

import (
	"context"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Create is a parcel to be shipped.
type Create struct {
	op.Meta
	// Owner is the prefixed text of the id of what is shipped.
	Owner string
	// Carrier is the code of a carrier, of ours or of others: "dhl".
	Carrier string
	// Service is what is booked, at most 64 characters. May be empty.
	Service string
	// Number is the tracking number, if there is one already; see Assign.
	Number string
	// Unusual: the number is taken though it does not look like one of the
	// carrier.
	Unusual bool
	// From, To and Parcel are what a label says. They may be zero for a shipment
	// that has a Number.
	From   postal.Address
	To     postal.Address
	Parcel Parcel
	// Reference is what people find the parcel by, at most 40 characters.
	Reference string
}

// Create makes a shipment, and announces ShipmentCreated, and ShipmentReady if
// it has its number. Errors by kind: Invalid.
func (s *Service) Create(ctx context.Context, req Create) (Shipment, error) {
	return s.creating(req).Alone(ctx, s.units)
}

// CreateTx is Create inside a unit of work.
func (s *Service) CreateTx(ctx context.Context, t Tx, req Create) (Shipment, error) {
	return s.creating(req).In(ctx, t)
}

func (s *Service) creating(req Create) tx.Deed[Tx, Shipment] {
	w := s.now(req.Meta)
	x := Shipment{
		ID: NewID(s.newID), Version: 1, Owner: req.Owner, Carrier: req.Carrier, Number: Number(req.Number), Parcel: req.Parcel,
		CreatedAt: w.at, UpdatedAt: w.at, state: Planned, status: Unknown,
	}
	var c fault.Check
	checkMeta(&c, req.Meta)
	checkName(&c, "owner", req.Owner)
	checkCode(&c, "carrier", req.Carrier)
	x.Service = c.Text("service", req.Service, maxService)
	x.Reference = c.Text("reference", req.Reference, maxCode)
	x.From, x.To = checkAddress(&c, "from", req), checkAddress(&c, "to", req)
	if req.Number != "" {
		checkNumber(&c, req.Carrier, req.Number, taking(req.Unusual))
		x.state = Ready
	}
	if req.Number == "" || req.Parcel != (Parcel{}) {
		req.Parcel.check(&c, "parcel")
	}
	if err := c.Err("shipping.create"); err != nil {
		return tx.Refused[Tx, Shipment](err)
	}
	req.Meta, req.Number = op.Meta{}, x.Number
	call := op.Call{Meta: op.Meta{By: w.by, Key: w.key}, Operation: "shipping.create", Parameters: req, Now: w.at}
	return tx.Once(call, func(ctx context.Context, t Tx) (Shipment, error) {
		if err := t.InsertShipment(ctx, x); err != nil {
			return Shipment{}, err
		}
		ps := []event.Payload{ShipmentCreated{Shipment: x.ID, Owner: x.Owner, Carrier: x.Carrier, Service: x.Service}}
		if x.state == Ready {
			ps = append(ps, x.ready())
		}
		return x, s.announce(ctx, t, told{w, x}, ps...)
	})
}

func (s Shipment) ready() ShipmentReady {
	return ShipmentReady{Shipment: s.ID, Owner: s.Owner, Carrier: s.Carrier, Number: s.Number, URL: s.URL()}
}

// checkAddress checks an address by the rules of its country; a shipment that
// has its number needs none.
func checkAddress(c *fault.Check, path string, req Create) postal.Address {
	a := req.To
	if path == "from" {
		a = req.From
	}
	if req.Number != "" && a.IsZero() {
		return a
	}
	return a.Check(c, path)
}

// checkMeta checks who makes something that has no version yet.
func checkMeta(c *fault.Check, m op.Meta) {
	m.Check(c)
	c.That(m.IfVersion <= 0, "if_version", "not_versioned", "must be zero here")
}

// strictness says what numbers are taken.
type strictness int

const (
	usual strictness = iota
	any64
)

func taking(unusual bool) strictness { //nolint:revive // it is what the request says
	if unusual {
		return any64
	}
	return usual
}

// checkNumber checks a tracking number by the formats of its carrier, if they
// are known.
func checkNumber(c *fault.Check, carrier, number string, how strictness) {
	if len(number) > 4*maxNumber {
		c.Add("number", "too_long", "must have at most 64 characters")
		return
	}
	number = Number(number)
	checkName(c, "number", number)
	if how == usual && HasFormats(carrier) {
		c.That(Fits(carrier, number), "number", "bad_number", "must look like a tracking number of the carrier")
	}
}

// Assign is the tracking number of a parcel that was labelled elsewhere.
type Assign struct {
	op.Meta
	// Number is checked by the formats of the carrier, if they are known.
	Number string
	// Unusual: the number is taken though it does not look like one of the
	// carrier.
	Unusual bool
}

// Assign gives a planned shipment its tracking number, and announces
// ShipmentReady. Errors by kind: Invalid; NotFound; Conflict
// (*lifecycle.Forbidden) if it has one or a label was asked for.
func (s *Service) Assign(ctx context.Context, shipment ID, req Assign) (Shipment, error) {
	return s.assigning(shipment, req).Alone(ctx, s.units)
}

// AssignTx is Assign inside a unit of work.
func (s *Service) AssignTx(ctx context.Context, t Tx, shipment ID, req Assign) (Shipment, error) {
	return s.assigning(shipment, req).In(ctx, t)
}

func (s *Service) assigning(shipment ID, req Assign) tx.Deed[Tx, Shipment] {
	var c fault.Check
	req.Meta.Check(&c)
	checkNumber(&c, "", req.Number, any64)
	return s.changing(change{
		shipment: shipment, meta: req.Meta, name: "shipping.assign", parameters: req.Number, invalid: c.Err("shipping.assign"),
		decide: func(x Shipment, w when) (Shipment, []event.Payload, error) {
			var c fault.Check
			checkNumber(&c, x.Carrier, req.Number, taking(req.Unusual))
			if err := c.Err("shipping.assign"); err != nil {
				return x, nil, err
			}
			x, err := x.next(w.at).move(TriggerAssign)
			x.Number = Number(req.Number)
			return x, []event.Payload{x.ready()}, err
		},
	})
}

// Cancel calls a shipment off.
type Cancel struct {
	op.Meta
	// Reason is why, at most 500 characters.
	Reason string
}

// Cancel calls off a shipment that the carrier does not have yet, and announces
// ShipmentCancelled. A label that was bought is not given back. Errors by kind:
// Invalid; NotFound; Conflict if the parcel is on its way (ErrUnderWay), or
// while a label is asked for (*lifecycle.Forbidden).
func (s *Service) Cancel(ctx context.Context, shipment ID, req Cancel) (Shipment, error) {
	return s.cancelling(shipment, req).Alone(ctx, s.units)
}

// CancelTx is Cancel inside a unit of work.
func (s *Service) CancelTx(ctx context.Context, t Tx, shipment ID, req Cancel) (Shipment, error) {
	return s.cancelling(shipment, req).In(ctx, t)
}

func (s *Service) cancelling(shipment ID, req Cancel) tx.Deed[Tx, Shipment] {
	var c fault.Check
	req.Meta.Check(&c)
	reason := c.Text("reason", req.Reason, 500)
	return s.changing(change{
		shipment: shipment, meta: req.Meta, name: "shipping.cancel", parameters: reason, invalid: c.Err("shipping.cancel"),
		decide: func(x Shipment, w when) (Shipment, []event.Payload, error) {
			if x.status.stage() > Announced.stage() {
				return x, nil, ErrUnderWay
			}
			x, err := x.next(w.at).move(TriggerCancel)
			return x, []event.Payload{ShipmentCancelled{Shipment: x.ID, Owner: x.Owner, Reason: reason}}, err
		},
	})
}

// change is one change of a shipment.
type change struct {
	shipment   ID
	meta       op.Meta
	name       string
	parameters any
	invalid    error
	decide     func(x Shipment, w when) (Shipment, []event.Payload, error)
	// more is written with the change. May be nil.
	more func(ctx context.Context, t Tx) error
}

func (s *Service) changing(ch change) tx.Deed[Tx, Shipment] {
	if ch.invalid != nil {
		return tx.Refused[Tx, Shipment](ch.invalid)
	}
	w := s.now(ch.meta)
	parameters := struct {
		Shipment ID
		Request  any
	}{ch.shipment, ch.parameters}
	call := op.Call{Meta: ch.meta, Operation: ch.name, Parameters: parameters, Now: w.at}
	return tx.Once(call, func(ctx context.Context, t Tx) (Shipment, error) {
		was, err := t.Shipment(ctx, ch.shipment)
		if err != nil {
			return Shipment{}, err
		}
		if err := ch.meta.Expect("shipment", was.Version); err != nil {
			return Shipment{}, err
		}
		now, payloads, err := ch.decide(was, w)
		if err != nil || now.Version == was.Version {
			return now, err
		}
		if err := t.UpdateShipment(ctx, was, now); err != nil {
			return Shipment{}, err
		}
		if ch.more != nil {
			if err := ch.more(ctx, t); err != nil {
				return Shipment{}, err
			}
		}
		return now, s.announce(ctx, t, told{w, now}, payloads...)
	})
}

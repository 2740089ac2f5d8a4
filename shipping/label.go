package shipping

import (
	"context"
	"errors"
	"time"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// MakeLabel is the request for a label.
type MakeLabel struct {
	op.Meta
}

// Label has the carrier make the label of a planned shipment, keeps it, and
// announces ShipmentReady. A shipment that is ready is returned as it is. It
// goes over the network, so it is refused inside a unit of work.
//
// Errors by kind: NotFound (ErrNoShipment, ErrNoCarrier); Unsupported
// (ErrNoPower); Conflict if the shipment is cancelled, or while another call is
// at it (ErrLabelling, retryable). Whatever the carrier fails with is passed on:
// after Invalid, Declined and Unavailable the shipment is planned again; after
// any other error it stays labelling, because there may be a label, and another
// call of Label, after LabelLease, finds out with the same key.
func (s *Service) Label(ctx context.Context, shipment ID, req MakeLabel) (Shipment, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return Shipment{}, err
	}
	x, err := s.reader.Shipment(ctx, shipment)
	if err != nil || x.state == Ready {
		return x, err
	}
	carrier, ok := s.carriers[x.Carrier]
	if !ok {
		return Shipment{}, ErrNoCarrier
	}
	labeler, ok := carrier.(Labeler)
	if !ok {
		return Shipment{}, ErrNoPower
	}
	if x, err = s.relabel(shipment, req.Meta, TriggerLabel).Alone(ctx, s.units); err != nil {
		return Shipment{}, err
	}
	label, err := labeler.Label(ctx, LabelRequest{
		Key: x.ID.String(), Service: x.Service, From: x.From, To: x.To, Parcel: x.Parcel, Reference: x.Reference,
	})
	switch {
	case errors.Is(err, fault.Invalid), errors.Is(err, fault.Declined), errors.Is(err, fault.Unavailable):
		if _, undo := s.relabel(shipment, op.Meta{By: req.By}, TriggerRefused).Alone(ctx, s.units); undo != nil {
			return Shipment{}, errors.Join(err, undo)
		}
		return Shipment{}, err
	case err != nil:
		return Shipment{}, err
	}
	return s.labelled(ctx, shipment, req.By, label)
}

// LabelLease is how long a call of Label has a shipment for itself. It is longer
// than any carrier takes to answer.
const LabelLease = 2 * time.Minute

// relabel moves a shipment into and out of labelling.
func (s *Service) relabel(shipment ID, m op.Meta, by Trigger) tx.Deed[Tx, Shipment] {
	var c fault.Check
	m.Check(&c)
	return s.changing(change{
		shipment: shipment, meta: op.Meta{By: m.By, IfVersion: m.IfVersion}, name: "shipping." + string(by), invalid: c.Err("shipping.label"),
		decide: func(x Shipment, w when) (Shipment, []event.Payload, error) {
			if by == TriggerLabel && x.state == Labelling && w.at.Before(x.UpdatedAt.Add(LabelLease)) {
				return x, nil, ErrLabelling
			}
			x, err := x.next(w.at).move(by)
			return x, nil, err
		},
	})
}

// labelled keeps a label. Of two that have asked at the same time both have got
// the same one.
func (s *Service) labelled(ctx context.Context, shipment ID, by op.Actor, label Label) (Shipment, error) {
	var c fault.Check
	checkName(&c, "number", Number(label.Number))
	c.Range("body", int64(len(label.Body)), 1, MaxLabel)
	checkCode(&c, "format", label.Format)
	label.Service = c.Text("service", label.Service, maxService)
	if err := c.Err("shipping.label"); err != nil {
		return Shipment{}, ErrBadLabel.Because(err)
	}
	x, err := s.changing(change{
		shipment: shipment, meta: op.Meta{By: by}, name: "shipping.labelled",
		decide: func(x Shipment, w when) (Shipment, []event.Payload, error) {
			x, err := x.next(w.at).move(TriggerLabelled)
			x.Number, x.Service = Number(label.Number), label.Service
			return x, []event.Payload{x.ready()}, err
		},
		more: func(ctx context.Context, t Tx) error { return t.SaveShipmentLabel(ctx, shipment, label) },
	}).Alone(ctx, s.units)
	if errors.Is(err, fault.Conflict) {
		if now, readErr := s.reader.Shipment(ctx, shipment); readErr == nil && now.state == Ready && now.Number == Number(label.Number) {
			return now, nil
		}
	}
	return x, err
}

package shipping

import (
	"context"
	"slices"
	"strconv"

	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// Record is what was told about a parcel.
type Record struct {
	op.Meta
	// Happenings in any order, at most MaxHappenings; those that were told
	// before change nothing.
	Happenings []Happening
}

// maxTellings bounds how often a fact is told while others change the shipment.
const maxTellings = 10

// Record keeps what was told about a parcel and folds it into its status. If
// that is another one it announces ShipmentMoved, and Arrived or DeliveryFailed
// where it comes to that. Facts are never stale: if others change the shipment
// at the same time it is told again. Errors by kind: Invalid; NotFound.
func (s *Service) Record(ctx context.Context, shipment ID, req Record) (Shipment, error) {
	var x Shipment
	var err error
	for range maxTellings {
		x, err = s.recording(shipment, req).Alone(ctx, s.units)
		if req.IfVersion != 0 || fault.CodeOf(err) != fault.StaleVersion {
			break
		}
	}
	return x, err
}

// RecordTx is Record inside a unit of work. It may fail with a stale version
// Conflict.
func (s *Service) RecordTx(ctx context.Context, t Tx, shipment ID, req Record) (Shipment, error) {
	return s.recording(shipment, req).In(ctx, t)
}

func (s *Service) recording(shipment ID, req Record) tx.Deed[Tx, Shipment] {
	var c fault.Check
	req.Meta.Check(&c)
	c.Range("happenings", int64(len(req.Happenings)), 1, MaxHappenings)
	told := make([]Happening, 0, min(len(req.Happenings), MaxHappenings))
	for i, h := range req.Happenings[:min(len(req.Happenings), MaxHappenings)] {
		told = append(told, h.check(&c, "happenings["+strconv.Itoa(i)+"]"))
	}
	if err := c.Err("shipping.record"); err != nil {
		return tx.Refused[Tx, Shipment](err)
	}
	r := recording{shipment: shipment, told: told, meta: req.Meta, when: s.now(req.Meta)}
	call := op.Call{Meta: req.Meta, Operation: "shipping.record", Now: r.at, Parameters: struct {
		Shipment   ID
		Happenings []Happening
	}{shipment, told}}
	return tx.Once(call, func(ctx context.Context, t Tx) (Shipment, error) { return s.record(ctx, t, r) })
}

// recording is a checked Record.
type recording struct {
	when
	shipment ID
	told     []Happening
	meta     op.Meta
}

func (s *Service) record(ctx context.Context, t Tx, r recording) (Shipment, error) {
	was, err := t.Shipment(ctx, r.shipment)
	if err != nil {
		return Shipment{}, err
	}
	if err := r.meta.Expect("shipment", was.Version); err != nil {
		return Shipment{}, err
	}
	all, err := t.ShipmentHappenings(ctx, r.shipment)
	if err != nil {
		return Shipment{}, err
	}
	fresh := news(all, r.told)
	if len(fresh) == 0 {
		return was, nil
	}
	now, moved := was.next(r.at).fold(slices.Concat(all, fresh))
	if err := t.UpdateShipment(ctx, was, now); err != nil {
		return Shipment{}, err
	}
	if err := t.InsertShipmentHappenings(ctx, r.shipment, fresh, r.at); err != nil {
		return Shipment{}, err
	}
	if !moved && was.DeliveredAt.IsZero() == now.DeliveredAt.IsZero() {
		return now, nil
	}
	return now, s.announce(ctx, t, told{r.when, now}, was.news(now)...)
}

// news returns those of told that are not among old, each once.
func news(old, told []Happening) []Happening {
	seen := make(map[string]bool, len(old)+len(told))
	for _, h := range old {
		seen[h.Key()] = true
	}
	var fresh []Happening
	for _, h := range told {
		if key := h.Key(); !seen[key] {
			seen[key] = true
			fresh = append(fresh, h)
		}
	}
	return fresh
}

// news returns what is announced when s has become now.
func (s Shipment) news(now Shipment) []event.Payload {
	var ps []event.Payload
	if s.status != now.status {
		ps = append(ps, ShipmentMoved{Shipment: s.ID, Owner: s.Owner, From: s.status, To: now.status, At: now.StatusAt})
	}
	if s.DeliveredAt.IsZero() && !now.DeliveredAt.IsZero() {
		ps = append(ps, Arrived{Shipment: s.ID, Owner: s.Owner, At: now.DeliveredAt})
	}
	if !s.status.Failed() && now.status.Failed() {
		ps = append(ps, DeliveryFailed{Shipment: s.ID, Owner: s.Owner, Status: now.status, At: now.StatusAt})
	}
	return ps
}

// Refresh asks the carrier where a parcel is, and records the answer. It goes
// over the network. Errors by kind: NotFound (ErrNoShipment, ErrNoCarrier, a
// number that the carrier does not know); Unsupported (ErrNoPower); and whatever
// the carrier fails with.
func (s *Service) Refresh(ctx context.Context, shipment ID) (Shipment, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return Shipment{}, err
	}
	x, err := s.reader.Shipment(ctx, shipment)
	if err != nil {
		return Shipment{}, err
	}
	carrier, ok := s.carriers[x.Carrier]
	if !ok {
		return Shipment{}, ErrNoCarrier
	}
	tracker, ok := carrier.(Tracker)
	if !ok {
		return Shipment{}, ErrNoPower
	}
	hs, err := tracker.Track(ctx, x.Number)
	if err != nil || len(hs) == 0 {
		return x, err
	}
	return s.Record(ctx, shipment, Record{Meta: op.Meta{By: op.Actor{Kind: op.System, ID: x.Carrier}}, Happenings: hs})
}

// TakeNotice verifies and reads a notice of a carrier and records what it says.
// A notice is a hint: a carrier that can be asked, is asked. It goes over the
// network. It returns the shipments it was about. Errors by kind: NotFound for a
// carrier that is not known here (ErrNoCarrier), and, after all else was
// recorded, for a number that is not known yet (ErrNoShipment); Unsupported
// (ErrNoPower); Denied for a notice that is not authentic; Invalid for one that
// cannot be read. After an error the carrier should send it again: it does no
// harm to be told twice.
func (s *Service) TakeNotice(ctx context.Context, code string, n Notice) ([]Shipment, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return nil, err
	}
	carrier, ok := s.carriers[code]
	if !ok {
		return nil, ErrNoCarrier
	}
	decoder, ok := carrier.(NoticeDecoder)
	if !ok {
		return nil, ErrNoPower
	}
	tidings, err := decoder.DecodeNotice(ctx, n)
	if err != nil {
		return nil, err
	}
	out := []Shipment{}
	var missing error
	for _, x := range tidings {
		ours, err := s.reader.ShipmentsByNumber(ctx, code, Number(x.Number))
		if err != nil {
			return out, err
		}
		if len(ours) == 0 {
			missing = ErrNoShipment
			continue
		}
		now, err := s.believe(ctx, ours[0], x.Happenings)
		if err != nil {
			return out, err
		}
		out = append(out, now)
	}
	return out, missing
}

// believe asks the carrier, or, if it cannot be asked, takes its word.
func (s *Service) believe(ctx context.Context, x Shipment, hs []Happening) (Shipment, error) {
	if _, ok := s.carriers[x.Carrier].(Tracker); ok {
		return s.Refresh(ctx, x.ID)
	}
	if len(hs) == 0 {
		return x, nil
	}
	return s.Record(ctx, x.ID, Record{Meta: op.Meta{By: op.Actor{Kind: op.System, ID: x.Carrier}}, Happenings: hs})
}

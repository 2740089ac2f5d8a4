package main

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/kontor-go/kontor/examples/storefront/view"
	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/measure"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
	"github.com/kontor-go/kontor/shipping"
)

// choices are filters by code, the first of which is all.
func choices[T ~string](codes ...T) []view.Choice {
	all := []view.Choice{{Title: "All"}}
	for _, c := range codes {
		all = append(all, view.Choice{Code: string(c), Title: view.Sentence(c)})
	}
	return all
}

// among returns what an address asks for, if it is one of the choices.
func among(all []view.Choice, code string) string {
	if slices.ContainsFunc(all, func(c view.Choice) bool { return c.Code == code }) {
		return code
	}
	return ""
}

func (s *site) staffOrders(w http.ResponseWriter, r *http.Request, v *visit) error {
	o := view.StaffOrders{Filters: choices(
		order.StatusPlaced, order.StatusConfirmed, order.StatusOnHold, order.StatusCompleted, order.StatusCancelled,
	)}
	o.Filter = among(o.Filters, r.URL.Query().Get("status"))
	found, err := s.shop.Orders.Orders(r.Context(), order.Query{
		Filter:  order.Filter{Status: order.Status(o.Filter)},
		Request: page.Request{Limit: 50, Cursor: r.URL.Query().Get("after")},
	})
	if err != nil {
		return err
	}
	for _, x := range found.Items {
		o.Rows = append(o.Rows, view.StaffOrderRow{
			ID: x.ID.String(), Number: x.Number, Email: x.Email, Placed: view.Minute(x.PlacedAt), Total: view.Money(x.Total),
			Standing: []view.Tag{tag(x.Status), tag(x.PaymentStanding())},
		})
	}
	if found.Next != "" {
		o.Next = address("/staff/orders", url.Values{"status": {o.Filter}, "after": {found.Next}})
	}
	return s.render(w, r, http.StatusOK, view.StaffOrdersPage(s.officePage(v, "Orders"), o))
}

// orderOf returns the order that an address of the back office names.
func (s *site) orderOf(r *http.Request) (order.Order, error) {
	which, err := order.ParseID(r.PathValue("order"))
	if err != nil {
		return order.Order{}, errNoPage
	}
	return s.shop.Orders.Order(r.Context(), which)
}

func (s *site) staffOrder(w http.ResponseWriter, r *http.Request, v *visit) error {
	o, err := s.orderOf(r)
	if err != nil {
		return err
	}
	t, err := s.storyOf(r.Context(), o)
	if err != nil {
		return err
	}
	x := view.StaffOrder{ID: o.ID.String(), Status: string(o.Status()), Email: o.Email}
	if x.Order, err = s.shown(r.Context(), t); err != nil {
		return err
	}
	if x.Pass, err = s.shop.OrderPass(o); err != nil {
		return err
	}
	for _, p := range t.payments {
		x.Payments = append(x.Payments, view.StaffPayment{
			ID: p.ID.String(), Method: p.Method, Amount: view.Money(p.Amount), Status: tag(p.Status()),
			MayCapture: p.Method == transfer && p.Status() == payment.StatusAuthorized && o.Status() != order.StatusCancelled,
		})
	}
	x.MayPlan = o.Status() == order.StatusConfirmed && planned(t) < open(o)
	x.MayCancel = (o.Status() == order.StatusPlaced || o.Status() == order.StatusConfirmed) && o.ShipmentStanding() == order.Unshipped
	for _, f := range t.sent {
		x.Sendings = append(x.Sendings, sending(t, f))
	}
	if x.Messages, err = s.messages(r.Context(), o); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, view.StaffOrderPage(s.officePage(v, "Order "+o.Number), x))
}

// open is how many pieces of an order are still to be shipped, planned how many
// of them are planned.
func open(o order.Order) int {
	n := 0
	for _, l := range o.Lines {
		n += l.Open()
	}
	return n
}

func planned(t story) int {
	n := 0
	for _, f := range t.sent {
		if f.Sent || f.Status() == fulfillment.StatusCancelled {
			continue
		}
		for _, l := range f.Lines {
			n += l.Quantity
		}
	}
	return n
}

// sending is a fulfillment with what comes next.
func sending(t story, f fulfillment.Fulfillment) view.Sending {
	x := view.Sending{ID: f.ID.String(), Location: f.Location, Status: tag(f.Status())}
	for _, l := range f.Lines {
		x.Lines = append(x.Lines, strconv.Itoa(l.Quantity)+" × "+l.Title)
	}
	for _, p := range f.Parcels {
		y := view.StaffParcel{Title: "Parcel " + strconv.Itoa(p.N) + ", " + p.Weight.String(), Number: p.Tracking, Status: "closed"}
		if known, ok := t.shipments[p.Shipment]; ok {
			y.Status, y.Label = strings.ReplaceAll(string(known.Status()), "_", " "), "/staff/labels/"+p.Shipment
			if known.Status() == shipping.Unknown {
				y.Status = "handed over"
			}
		}
		x.Parcels = append(x.Parcels, y)
	}
	switch f.Status() {
	case fulfillment.StatusPlanned:
		x.Next = "allocate"
	case fulfillment.StatusAllocated:
		x.Next = "pick"
	case fulfillment.StatusPicking:
		x.Next = "pack"
	case fulfillment.StatusPacked:
		x.Next = "ship"
	case fulfillment.StatusShipped:
		x.Next = "report"
		for _, st := range reports() {
			x.Reports = append(x.Reports, view.Choice{Code: string(st), Title: view.Sentence(st)})
		}
	case fulfillment.StatusException:
		x.Next = "resend"
	case fulfillment.StatusDelivered, fulfillment.StatusCancelled:
	}
	return x
}

// reports are what a carrier may report. The driver of the house has no system
// that tells us, so staff note it.
func reports() []shipping.Status {
	return []shipping.Status{
		shipping.InTransit, shipping.OutForDelivery, shipping.AttemptFailed, shipping.Delivered, shipping.Returned,
	}
}

// messages are what was written to the buyer.
func (s *site) messages(ctx context.Context, o order.Order) ([]string, error) {
	all, err := s.shop.Notifications.BySubject(ctx, o.ID.String())
	if err != nil {
		return nil, err
	}
	out := make([]string, 0, len(all))
	for _, m := range all {
		out = append(out, view.Sentence(m.Channel)+": "+m.Title+" ("+strings.ReplaceAll(string(m.Status()), "_", " ")+")")
	}
	return out, nil
}

// handleOrder does to an order what a button says.
func (s *site) handleOrder(w http.ResponseWriter, r *http.Request, _ *visit) error {
	o, err := s.orderOf(r)
	if err != nil {
		return err
	}
	switch r.PathValue("do") {
	case "capture":
		which, perr := payment.ParseID(r.PostForm.Get("payment"))
		if perr != nil {
			return errBadForm
		}
		_, err = s.shop.Payments.Capture(r.Context(), which, payment.Capture{Meta: office(), Reference: r.PostForm.Get("reference")})
		if err == nil {
			err = s.untilPaid(r.Context(), o.ID)
		}
	case "plan":
		_, err = s.shop.Fulfillment.Plan(r.Context(), o.ID, fulfillment.Plan{Meta: office()})
	case "cancel":
		_, err = s.shop.Orders.Cancel(r.Context(), o.ID, order.Cancel{Meta: office(), Reason: r.PostForm.Get("reason")})
	default:
		return errNoPage
	}
	if err != nil {
		return err
	}
	say(w, "done")
	return see(w, r, "/staff/orders/"+o.ID.String())
}

func (s *site) sendingOf(r *http.Request) (fulfillment.Fulfillment, error) {
	which, err := fulfillment.ParseID(r.PathValue("sending"))
	if err != nil {
		return fulfillment.Fulfillment{}, errNoPage
	}
	return s.shop.Fulfillment.Fulfillment(r.Context(), which)
}

// handleSending does to a fulfillment what a button says.
func (s *site) handleSending(w http.ResponseWriter, r *http.Request, _ *visit) error {
	f, err := s.sendingOf(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	switch r.PostForm.Get("do") {
	case "allocate":
		_, err = s.shop.Fulfillment.Allocate(ctx, f.ID, fulfillment.Allocate{Meta: office()})
	case "pick":
		_, err = s.shop.Fulfillment.Pick(ctx, f.ID, fulfillment.Pick{Meta: office()})
	case "pack":
		weight := measure.Weight(number(r.PostForm.Get("grams"))) * measure.Gram
		if weight <= 0 {
			return errWeight
		}
		_, err = s.shop.Fulfillment.Pack(ctx, f.ID, fulfillment.Pack{Meta: office(), Parcels: []fulfillment.Parcel{{Weight: weight}}})
	case "ship":
		err = s.handOver(ctx, f)
	case "report":
		err = s.report(ctx, f, shipping.Status(r.PostForm.Get("status")))
	case "resend":
		_, err = s.shop.Fulfillment.Resend(ctx, f.ID, fulfillment.Resend{Meta: office()})
	default:
		return errBadForm
	}
	if err != nil {
		return err
	}
	say(w, "done")
	return see(w, r, "/staff/orders/"+f.Order.String())
}

var (
	errWeight    = fault.New(fault.Invalid, "weight", "Please say what the parcel weighs, in grams.")
	errNoAddress = fault.New(fault.Conflict, "no_address", "The order has no address to send it to.")
)

// handOver makes a label for each parcel and ships the fulfillment. When it is
// interrupted it may be done again: a parcel that has a shipment keeps it.
func (s *site) handOver(ctx context.Context, f fulfillment.Fulfillment) error {
	o, err := s.shop.Orders.Order(ctx, f.Order)
	if err != nil {
		return err
	}
	if o.ShipTo == nil {
		return errNoAddress
	}
	ship := fulfillment.Ship{Meta: office()}
	service := "standard"
	if o.ShippingMethod == "express" {
		service = "express"
	}
	for _, p := range f.Parcels {
		meta := office()
		meta.Key = f.ID.String() + ":" + strconv.Itoa(p.N)
		x, err := s.shop.Shipping.Create(ctx, shipping.Create{
			Meta: meta, Owner: f.ID.String(), Carrier: driver, Service: service, From: sender(), To: *o.ShipTo,
			Parcel: shipping.Parcel{Weight: p.Weight}, Reference: o.Number,
		})
		if err != nil {
			return err
		}
		if x, err = s.shop.Shipping.Label(ctx, x.ID, shipping.MakeLabel{Meta: office()}); err != nil {
			return err
		}
		ship.Tracking = append(ship.Tracking, fulfillment.Tracking{
			Parcel: p.N, Carrier: x.Carrier, Tracking: x.Number, Shipment: x.ID.String(),
		})
	}
	_, err = s.shop.Fulfillment.Ship(ctx, f.ID, ship)
	return err
}

// report notes what a carrier says of all parcels of a fulfillment.
func (s *site) report(ctx context.Context, f fulfillment.Fulfillment, status shipping.Status) error {
	if !slices.Contains(reports(), status) {
		return errBadForm
	}
	for _, p := range f.Parcels {
		which, err := shipping.ParseID(p.Shipment)
		if err != nil {
			continue
		}
		_, err = s.shop.Shipping.Record(ctx, which, shipping.Record{Meta: office(), Happenings: []shipping.Happening{
			{Status: status, At: s.clock.Now(), Text: "noted by staff"},
		}})
		if err != nil {
			return err
		}
	}
	if status != shipping.Delivered {
		return nil
	}
	return s.follow(ctx, func() (bool, error) {
		now, err := s.shop.Fulfillment.Fulfillment(ctx, f.ID)
		return now.Status() == fulfillment.StatusDelivered, err
	})
}

// slip shows the packing slip, a page of its own with its own style.
func (s *site) slip(w http.ResponseWriter, r *http.Request, _ *visit) error {
	f, err := s.sendingOf(r)
	if err != nil {
		return err
	}
	o, err := s.shop.Orders.Order(r.Context(), f.Order)
	if err != nil {
		return err
	}
	body, err := f.Slip(o, fulfillment.SlipWords{})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(body)
	return nil
}

// label sends the label of a parcel as a file.
func (s *site) label(w http.ResponseWriter, r *http.Request, _ *visit) error {
	which, err := shipping.ParseID(r.PathValue("shipment"))
	if err != nil {
		return errNoPage
	}
	l, err := s.shop.Shipping.LabelOf(r.Context(), which)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", `attachment; filename="label-`+l.Number+"."+l.Format+`"`)
	_, _ = w.Write(l.Body)
	return nil
}

// pickLists shows what has to be fetched for everything that is allocated or
// being picked.
func (s *site) pickLists(w http.ResponseWriter, r *http.Request, v *visit) error {
	var which []fulfillment.ID
	for _, st := range []fulfillment.Status{fulfillment.StatusAllocated, fulfillment.StatusPicking} {
		fs, err := s.shop.Fulfillment.Fulfillments(r.Context(), fulfillment.Query{Filter: fulfillment.Filter{Status: st}})
		if err != nil {
			return err
		}
		for _, f := range fs {
			which = append(which, f.ID)
		}
	}
	var out []view.Pick
	if len(which) > 0 {
		lists, err := s.shop.Fulfillment.PickLists(r.Context(), which[:min(len(which), fulfillment.MaxPage)]...)
		if err != nil && !errors.Is(err, fault.Conflict) { // one was packed meanwhile: the next look shows it
			return err
		}
		for _, l := range lists {
			out = append(out, pick(l))
		}
	}
	return s.render(w, r, http.StatusOK, view.PickPage(s.officePage(v, "Picking"), out))
}

func pick(l fulfillment.PickList) view.Pick {
	x := view.Pick{Location: l.Location}
	for _, stop := range l.Stops {
		parts := make([]string, 0, len(stop.Shares))
		for _, sh := range stop.Shares {
			parts = append(parts, strconv.Itoa(sh.Quantity)+" for "+sh.Number)
		}
		x.Stops = append(x.Stops, view.Stop{Bin: stop.Bin, SKU: stop.SKU, Title: stop.Title, Quantity: stop.Quantity, For: strings.Join(parts, ", ")})
	}
	return x
}

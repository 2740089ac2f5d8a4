package main

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/kontor-go/kontor/examples/storefront/view"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/returns"
)

// reasons are why something comes back.
func reasons() []view.Choice {
	return []view.Choice{
		{Code: string(returns.ChangedMind), Title: "I have changed my mind"},
		{Code: string(returns.Dislike), Title: "I do not like it"},
		{Code: string(returns.Defective), Title: "It does not work"},
		{Code: string(returns.NotAsDescribed), Title: "It is not as described"},
		{Code: string(returns.WrongItem), Title: "It is not what I ordered"},
		{Code: string(returns.ArrivedLate), Title: "It came too late"},
	}
}

func reasonTitle(code returns.Reason) string {
	for _, r := range reasons() {
		if r.Code == string(code) {
			return r.Title
		}
	}
	return strings.ReplaceAll(string(code), "_", " ")
}

// out is how many pieces of a line are with the buyer and in no return.
func out(t story, l order.Line) int {
	n := l.Shipped - l.Returned
	for _, x := range t.returns {
		switch x.Status() {
		case returns.StatusRequested, returns.StatusApproved:
			for _, y := range x.Lines {
				if y.N == l.N {
					n -= y.Quantity
				}
			}
		case returns.StatusRejected, returns.StatusExpired, returns.StatusReceived, returns.StatusInspected, returns.StatusSettled:
		}
	}
	return max(n, 0)
}

// because says whether pieces of a line may come back now, and why or why not.
func (s *site) because(ctx context.Context, t story, l order.Line) (most int, text string, err error) {
	if most = out(t, l); most == 0 {
		if l.Shipped == 0 {
			return 0, "It has not left yet.", nil
		}
		return 0, "Nothing of it is left to come back.", nil
	}
	d, err := s.shop.Returns.Eligibility(ctx, t.order.ID, t.order.Buyer, []returns.Wanted{
		{Line: l.N, Quantity: most, Reason: returns.ChangedMind},
	})
	if err != nil {
		return 0, "", err
	}
	texts := make([]string, 0, len(d.Because))
	for _, b := range d.Because {
		texts = append(texts, b.Text)
	}
	if !d.Allowed {
		most = 0
	}
	return most, strings.Join(texts, " "), nil
}

// returnable says whether something of an order may come back.
func (s *site) returnable(ctx context.Context, t story, shown *view.Order) error {
	shown.NoReturn = "Once something has arrived you can send it back from here."
	for _, l := range t.order.Lines {
		most, text, err := s.because(ctx, t, l)
		if err != nil {
			return err
		}
		if most > 0 {
			shown.MayReturn = true
			return nil
		}
		if l.Shipped > 0 {
			shown.NoReturn = text
		}
	}
	return nil
}

// returned is a return as the page of the order shows it.
func returned(x returns.Return) view.Return {
	out := view.Return{Status: tag(x.Status()), Requested: view.Day(x.CreatedAt)}
	for _, l := range x.Lines {
		out.Lines = append(out.Lines, strconv.Itoa(l.Quantity)+" × "+l.Title+": "+reasonTitle(l.Reason))
	}
	switch x.Status() {
	case returns.StatusRequested:
		out.Text = "We look at it and tell you here."
	case returns.StatusApproved:
		out.Text = "Please send it back until " + view.Day(x.ReceiveBy) + "."
	case returns.StatusRejected:
		out.Text = x.Reason
	case returns.StatusExpired:
		out.Text = "It did not come in time."
	case returns.StatusReceived, returns.StatusInspected:
		out.Text = "It has come in."
	case returns.StatusSettled:
		out.Money = "Refunded " + view.Money(x.Refund.Amount)
	}
	return out
}

func (s *site) returnForm(w http.ResponseWriter, r *http.Request, v *visit) error {
	o, err := s.byPass(r)
	if err != nil {
		return err
	}
	return s.askReturn(w, r, v, o, view.Form{Values: map[string]string{}})
}

func (s *site) askReturn(w http.ResponseWriter, r *http.Request, v *visit, o order.Order, f view.Form) error {
	t, err := s.storyOf(r.Context(), o)
	if err != nil {
		return err
	}
	shown, err := s.shown(r.Context(), t)
	if err != nil {
		return err
	}
	x := view.Returning{Form: f, Number: o.Number, Pass: r.PathValue("pass"), Reasons: reasons()}
	for i, l := range o.Lines {
		n := strconv.Itoa(l.N)
		line := view.ReturnLine{N: l.N, Title: l.Title, Picture: shown.Lines[i].Picture, Quantity: "0", Reason: f.Values["reason-"+n]}
		if line.Most, line.Because, err = s.because(r.Context(), t, l); err != nil {
			return err
		}
		if q := f.Values["quantity-"+n]; q != "" {
			line.Quantity = q
		}
		x.Lines = append(x.Lines, line)
	}
	p, err := s.around(r, v, view.Page{Title: "Send something back – Hausrat"})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(f.Problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.render(w, r, status, view.ReturnPage(p, x))
}

func (s *site) requestReturn(w http.ResponseWriter, r *http.Request, v *visit) error {
	o, err := s.byPass(r)
	if err != nil {
		return err
	}
	f := view.Form{Values: map[string]string{"note": r.PostForm.Get("note")}}
	var wanted []returns.Wanted
	for _, l := range o.Lines {
		n := strconv.Itoa(l.N)
		f.Values["quantity-"+n], f.Values["reason-"+n] = r.PostForm.Get("quantity-"+n), r.PostForm.Get("reason-"+n)
		if q := number(f.Values["quantity-"+n]); q != 0 {
			wanted = append(wanted, returns.Wanted{Line: l.N, Quantity: q, Reason: returns.Reason(f.Values["reason-"+n])})
		}
	}
	if len(wanted) == 0 {
		f.Problems = []view.Problem{{Text: "Please say how many pieces come back."}}
		return s.askReturn(w, r, v, o, f)
	}
	// Whoever has the link of the order acts for its buyer.
	_, err = s.shop.Returns.Request(r.Context(), o.ID, returns.Request{Meta: op.Meta{By: o.Buyer}, Lines: wanted, Note: f.Values["note"]})
	if errors.Is(err, fault.Invalid) || errors.Is(err, fault.Conflict) || errors.Is(err, fault.NotFound) {
		f.Problems = []view.Problem{{Text: fault.Public(err)}}
		return s.askReturn(w, r, v, o, f)
	}
	if err != nil {
		return err
	}
	say(w, "return")
	return see(w, r, "/o/"+r.PathValue("pass"))
}

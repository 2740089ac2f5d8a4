package main

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/examples/storefront/view"
	"github.com/kontor-go/kontor/inventory"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/returns"
	"github.com/kontor-go/kontor/reviews"
	"github.com/kontor-go/kontor/support"
)

// shelf returns the levels of everything in the catalogue, with its labels.
func (s *site) shelf(ctx context.Context) ([]inventory.Level, map[string]label, error) {
	var skus []string
	ask := catalog.List{Request: page.Request{Limit: page.MaxLimit}}
	for {
		found, err := s.shop.Catalog.Products(ctx, ask)
		if err != nil {
			return nil, nil, err
		}
		for _, p := range found.Items {
			for _, v := range p.Variants {
				skus = append(skus, v.SKU)
			}
		}
		if ask.Cursor = found.Next; ask.Cursor == "" {
			break
		}
	}
	names, err := s.labels.of(ctx, s.shop, skus...)
	if err != nil {
		return nil, nil, err
	}
	var all []inventory.Level
	for part := range slices.Chunk(skus, inventory.MaxLines) {
		levels, err := s.shop.Inventory.Levels(ctx, part...)
		if err != nil {
			return nil, nil, err
		}
		known := map[string]bool{}
		for _, l := range levels {
			known[l.SKU] = true
		}
		for _, sku := range part { // what never lay anywhere
			if !known[sku] {
				levels = append(levels, inventory.Level{SKU: sku})
			}
		}
		all = append(all, levels...)
	}
	slices.SortFunc(all, func(a, b inventory.Level) int {
		return cmp.Or(cmp.Compare(names[a.SKU].title, names[b.SKU].title), cmp.Compare(a.Location, b.Location))
	})
	return all, names, nil
}

func (s *site) stock(w http.ResponseWriter, r *http.Request, v *visit) error {
	levels, names, err := s.shelf(r.Context())
	if err != nil {
		return err
	}
	only := r.URL.Query().Get("only")
	var rows []view.Stock
	for _, l := range levels {
		word := catalog.AvailabilityOf(l.Available(), l.Low)
		if (only == "low" && word != catalog.FewLeft) || (only == "out" && word != catalog.OutOfStock) {
			continue
		}
		rows = append(rows, view.Stock{
			SKU: l.SKU, Title: names[l.SKU].title, Location: l.Location, OnHand: l.OnHand, Reserved: l.Reserved,
			Available: l.Available(), Low: l.Low, State: stockTag(word),
		})
	}
	return s.render(w, r, http.StatusOK, view.StockPage(s.officePage(v, "Stock"), rows, only))
}

func stockTag(word catalog.Availability) view.Tag {
	switch word {
	case catalog.InStock:
		return view.Tag{Text: "in stock", Class: "good"}
	case catalog.FewLeft:
		return view.Tag{Text: "few left", Class: "warn"}
	case catalog.OutOfStock:
		return view.Tag{Text: "sold out", Class: "bad"}
	}
	return view.Tag{}
}

func (s *site) receive(w http.ResponseWriter, r *http.Request, _ *visit) error {
	_, err := s.shop.Inventory.Receive(r.Context(), inventory.Receive{
		Meta: office(), SKU: r.PostForm.Get("sku"), Quantity: number(r.PostForm.Get("quantity")), Note: "back office",
	})
	if err != nil {
		return err
	}
	say(w, "received")
	where := "/staff/stock"
	if only := r.PostForm.Get("only"); only == "low" || only == "out" {
		where += "?only=" + only
	}
	return see(w, r, where)
}

func (s *site) staffReturns(w http.ResponseWriter, r *http.Request, v *visit) error {
	filters := choices(
		returns.StatusRequested, returns.StatusApproved, returns.StatusReceived, returns.StatusInspected,
		returns.StatusSettled, returns.StatusRejected, returns.StatusExpired,
	)
	filter := among(filters, r.URL.Query().Get("status"))
	found, err := s.shop.Returns.Returns(r.Context(), returns.Query{Status: returns.Status(filter)})
	if err != nil {
		return err
	}
	var all []view.StaffReturn
	for _, x := range slices.Backward(found) {
		all = append(all, staffReturn(x))
	}
	return s.render(w, r, http.StatusOK, view.ReturnsPage(s.officePage(v, "Returns"), all, filters, filter))
}

// staffReturn is a return with what comes next.
func staffReturn(x returns.Return) view.StaffReturn {
	out := view.StaffReturn{
		ID: x.ID.String(), Order: x.Order.String(), Number: x.Number, Note: x.Note, Requested: view.Minute(x.CreatedAt), Status: tag(x.Status()),
	}
	texts := make([]string, 0, len(x.Decision.Because))
	for _, b := range x.Decision.Because {
		texts = append(texts, b.Text)
	}
	out.Policy = strings.Join(texts, " ")
	switch x.Status() {
	case returns.StatusRequested:
		out.Next = "approve"
	case returns.StatusApproved:
		out.Next = "receive"
	case returns.StatusReceived:
		out.Next = "inspect"
	case returns.StatusInspected:
		out.Next = "settle"
		if x.Refund.State == returns.RefundFailed {
			out.Problem = "The refund has failed: " + x.Refund.Reason
		}
	case returns.StatusSettled:
		out.Refund = "Refunded " + view.Money(x.Refund.Amount)
	case returns.StatusRejected, returns.StatusExpired:
	}
	for _, l := range x.Lines {
		y := view.StaffReturnLine{N: l.N, Quantity: l.Quantity, Received: l.Received, Title: l.Title, Reason: reasonTitle(l.Reason)}
		if x.Status() == returns.StatusReceived {
			y.Quantity = l.Received
		}
		for _, d := range l.Dispositions {
			y.Became = strings.TrimPrefix(y.Became+", "+strconv.Itoa(d.Quantity)+" "+string(d.Disposition), ", ")
		}
		out.Lines = append(out.Lines, y)
	}
	return out
}

// handleReturn does to a return what a button says.
func (s *site) handleReturn(w http.ResponseWriter, r *http.Request, _ *visit) error {
	which, err := returns.ParseID(r.PathValue("return"))
	if err != nil {
		return errNoPage
	}
	x, err := s.shop.Returns.Return(r.Context(), which)
	if err != nil {
		return err
	}
	switch r.PostForm.Get("do") {
	case "approve":
		_, err = s.shop.Returns.Approve(r.Context(), which, returns.Approve{Meta: office()})
	case "reject":
		_, err = s.shop.Returns.Reject(r.Context(), which, returns.Reject{Meta: office(), Reason: r.PostForm.Get("reason")})
	case "receive":
		req := returns.Receive{Meta: office()}
		for _, l := range x.Lines {
			if n := number(r.PostForm.Get("received-" + strconv.Itoa(l.N))); n != 0 {
				req.Lines = append(req.Lines, order.Item{Line: l.N, Quantity: n})
			}
		}
		_, err = s.shop.Returns.Receive(r.Context(), which, req)
	case "inspect":
		req := returns.Inspect{Meta: office()}
		for _, l := range x.Lines {
			if l.Received > 0 {
				req.Lines = append(req.Lines, returns.Inspected{
					Line: l.N, Quantity: l.Received, Disposition: returns.Disposition(r.PostForm.Get("becomes-" + strconv.Itoa(l.N))),
				})
			}
		}
		_, err = s.shop.Returns.Inspect(r.Context(), which, req)
	case "settle":
		_, err = s.shop.Returns.Settle(r.Context(), which, returns.Settle{Meta: office()})
	default:
		return errBadForm
	}
	if err != nil {
		return err
	}
	say(w, "done")
	return see(w, r, "/staff/returns")
}

func (s *site) staffReviews(w http.ResponseWriter, r *http.Request, v *visit) error {
	filters := choices(reviews.StatusPending, reviews.StatusPublished, reviews.StatusHidden, reviews.StatusRejected)
	filter := among(filters, r.URL.Query().Get("status"))
	found, err := s.shop.Reviews.Reviews(r.Context(), reviews.Query{
		Filter: reviews.Filter{Status: reviews.Status(filter)}, Request: page.Request{Limit: 50},
	})
	if err != nil {
		return err
	}
	skus := make([]string, 0, len(found.Items))
	for _, x := range found.Items {
		skus = append(skus, x.SKU)
	}
	names, err := s.labels.of(r.Context(), s.shop, skus...)
	if err != nil {
		return err
	}
	var all []view.StaffReview
	for _, x := range found.Items {
		y := view.StaffReview{
			Review: view.Review{Stars: x.Rating, Title: x.Title, Text: x.Text, Author: x.Name, Day: view.Day(x.CreatedAt)},
			ID:     x.ID.String(), Product: names[x.SKU].title, Slug: names[x.SKU].slug, Reason: x.Reason, Status: tag(x.Status()),
		}
		switch x.Status() {
		case reviews.StatusPending:
			y.Next = "publish"
		case reviews.StatusPublished:
			y.Next = "hide"
		case reviews.StatusHidden, reviews.StatusRejected:
		}
		all = append(all, y)
	}
	return s.render(w, r, http.StatusOK, view.ReviewsPage(s.officePage(v, "Reviews"), all, filters, filter))
}

// handleReview does to a review what a button says.
func (s *site) handleReview(w http.ResponseWriter, r *http.Request, _ *visit) error {
	which, err := reviews.ParseID(r.PathValue("review"))
	if err != nil {
		return errNoPage
	}
	reason := r.PostForm.Get("reason")
	switch r.PostForm.Get("do") {
	case "publish":
		_, err = s.shop.Reviews.Publish(r.Context(), which, reviews.Publish{Meta: office()})
	case "reject":
		_, err = s.shop.Reviews.Reject(r.Context(), which, reviews.Reject{Meta: office(), Reason: reason})
	case "hide":
		_, err = s.shop.Reviews.Hide(r.Context(), which, reviews.Hide{Meta: office(), Reason: reason})
	default:
		return errBadForm
	}
	if err != nil {
		return err
	}
	say(w, "done")
	return see(w, r, "/staff/reviews")
}

func talkOf(c support.Conversation) view.Talk {
	who := c.Customer.Name
	if c.Customer.Address != "" {
		who = strings.TrimSpace(who + " " + c.Customer.Address)
	}
	if who == "" {
		who = "Somebody"
	}
	return view.Talk{
		ID: c.ID.String(), Title: c.Title, Who: who, Last: view.Minute(c.LastAt), Messages: c.Messages, Status: tag(c.Status()),
	}
}

func (s *site) talks(w http.ResponseWriter, r *http.Request, v *visit) error {
	filters := choices(support.StatusOpen, support.StatusPending, support.StatusSolved, support.StatusClosed)
	filter := among(filters, r.URL.Query().Get("status"))
	found, err := s.shop.Support.Conversations(r.Context(), support.Query{
		Filter: support.Filter{Status: support.Status(filter)}, Request: page.Request{Limit: 50},
	})
	if err != nil {
		return err
	}
	var all []view.Talk
	for _, c := range found.Items {
		all = append(all, talkOf(c))
	}
	return s.render(w, r, http.StatusOK, view.TalksPage(s.officePage(v, "Conversations"), all, filters, filter))
}

func (s *site) talkAt(r *http.Request) (support.Conversation, error) {
	which, err := support.ParseID(r.PathValue("talk"))
	if err != nil {
		return support.Conversation{}, errNoPage
	}
	return s.shop.Support.Conversation(r.Context(), which)
}

func (s *site) talk(w http.ResponseWriter, r *http.Request, v *visit) error {
	c, err := s.talkAt(r)
	if err != nil || s.nothingNew(w, r, c) {
		return err
	}
	said, err := s.shop.Support.Messages(r.Context(), c.ID)
	if err != nil {
		return err
	}
	out := view.StaffTalk{Talk: talkOf(c), Form: view.Form{}, Open: c.Status() != support.StatusClosed, Seen: s.seen(c)}
	if _, err := order.ParseID(c.Subject); err == nil {
		out.Order = c.Subject
	}
	for _, m := range said {
		out.Messages = append(out.Messages, saidBy(m, c))
	}
	return s.render(w, r, http.StatusOK, view.TalkPage(s.officePage(v, c.Title), out))
}

// handleTalk does to a conversation what a button says.
func (s *site) handleTalk(w http.ResponseWriter, r *http.Request, _ *visit) error {
	c, err := s.talkAt(r)
	if err != nil {
		return err
	}
	text := strings.TrimSpace(r.PostForm.Get("text"))
	switch r.PostForm.Get("do") {
	case "reply":
		_, err = s.shop.Support.Reply(r.Context(), c.ID, support.Reply{Meta: office(), Text: text})
	case "note":
		_, err = s.shop.Support.AddNote(r.Context(), c.ID, support.AddNote{Meta: office(), Text: text})
	case "solve":
		_, err = s.shop.Support.Solve(r.Context(), c.ID, support.Solve{Meta: office()})
	case "close":
		_, err = s.shop.Support.Close(r.Context(), c.ID, support.Close{Meta: office()})
	default:
		return errBadForm
	}
	if err != nil {
		return err
	}
	return see(w, r, "/staff/talks/"+c.ID.String())
}

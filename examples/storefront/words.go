package main

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/kontor-go/kontor/catalog"
	"github.com/kontor-go/kontor/examples/storefront/view"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/reviews"
	"github.com/kontor-go/kontor/support"
)

// reviewAddress is where what an entitlement is for is reviewed. Whoever has
// the address may.
func (s *site) reviewAddress(e reviews.EntitlementID) string {
	return "/review/" + s.seal.sign("review", e.String())
}

// reviewable says which lines of an order may be reviewed, and where.
func (s *site) reviewable(ctx context.Context, t story, shown *view.Order) error {
	all, err := s.shop.Reviews.EntitlementsOf(ctx, t.order.ID.String())
	if err != nil {
		return err
	}
	for _, e := range all {
		for i, l := range t.order.Lines {
			if l.N != e.N {
				continue
			}
			if e.Review.IsZero() {
				shown.Lines[i].Review = s.reviewAddress(e.ID)
			} else {
				shown.Lines[i].Reviewed = true
			}
		}
	}
	return nil
}

// entitlement returns what the address of a review is for.
func (s *site) entitlement(r *http.Request) (reviews.Entitlement, error) {
	text, ok := s.seal.open("review", r.PathValue("token"))
	if !ok {
		return reviews.Entitlement{}, errNoPage
	}
	which, err := reviews.ParseEntitlementID(text)
	if err != nil {
		return reviews.Entitlement{}, errNoPage
	}
	return s.shop.Reviews.Entitlement(r.Context(), which)
}

func (s *site) reviewForm(w http.ResponseWriter, r *http.Request, v *visit) error {
	e, err := s.entitlement(r)
	if err != nil {
		return err
	}
	if !e.Review.IsZero() {
		return reviews.ErrReviewed
	}
	return s.askReview(w, r, v, e, view.Form{Values: map[string]string{}})
}

func (s *site) askReview(w http.ResponseWriter, r *http.Request, v *visit, e reviews.Entitlement, f view.Form) error {
	names, err := s.labels.of(r.Context(), s.shop, e.SKU)
	if err != nil {
		return err
	}
	p, err := s.around(r, v, view.Page{Title: "Write a review – Hausrat"})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(f.Problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.render(w, r, status, view.ReviewPage(p, view.Reviewing{
		Form: f, Title: names[e.SKU].title, Picture: names[e.SKU].picture, Action: s.reviewAddress(e.ID),
	}))
}

func (s *site) writeReview(w http.ResponseWriter, r *http.Request, v *visit) error {
	e, err := s.entitlement(r)
	if err != nil {
		return err
	}
	f := view.Form{Values: map[string]string{}}
	for _, name := range []string{"rating", "title", "text", "name"} {
		f.Values[name] = strings.TrimSpace(strings.ReplaceAll(r.PostForm.Get(name), "\r\n", "\n"))
	}
	_, err = s.shop.Reviews.Write(r.Context(), e.ID, reviews.Write{
		Meta: op.Meta{By: e.Buyer}, Rating: number(f.Values["rating"]),
		Title: f.Values["title"], Text: f.Values["text"], Name: f.Values["name"],
	})
	if errors.Is(err, fault.Invalid) {
		f.Problems = fieldProblems(err, map[string]string{"rating": "Stars", "title": "In a few words", "text": "Your review", "name": "Name"})
		return s.askReview(w, r, v, e, f)
	}
	if err != nil {
		return err
	}
	say(w, "review")
	names, err := s.labels.of(r.Context(), s.shop, e.SKU)
	if err != nil {
		return err
	}
	return see(w, r, "/p/"+names[e.SKU].slug+"?sku="+e.SKU)
}

// fieldProblems names what is wrong by the labels of a form.
func fieldProblems(err error, labels map[string]string) []view.Problem {
	var all []view.Problem
	for _, f := range fault.FieldsOf(err) {
		if label, ok := labels[f.Path]; ok {
			all = append(all, view.Problem{Field: f.Path, Text: label + ": " + f.Text})
		} else {
			all = append(all, view.Problem{Text: f.Text})
		}
	}
	if len(all) == 0 {
		all = append(all, view.Problem{Text: fault.Public(err)})
	}
	return all
}

// saidAbout is what buyers say of a product: the published reviews, newest
// first.
func (s *site) saidAbout(ctx context.Context, product catalog.ID) ([]view.Review, error) {
	found, err := s.shop.Reviews.Reviews(ctx, reviews.Query{
		Filter: reviews.Filter{Product: product, Status: reviews.StatusPublished}, Request: page.Request{Limit: 20},
	})
	if err != nil {
		return nil, err
	}
	out := make([]view.Review, 0, len(found.Items))
	for _, x := range found.Items {
		name := x.Name
		if name == "" {
			name = "A buyer"
		}
		out = append(out, view.Review{Stars: x.Rating, Title: x.Title, Text: x.Text, Author: name, Day: view.Day(x.CreatedAt)})
	}
	return out, nil
}

// ratingOf is the mean of a number of stars, in tenths of a star.
func ratingOf(sum, count int64) view.Rating {
	if count == 0 {
		return view.Rating{}
	}
	return view.Rating{Tenths: int((sum*10 + count/2) / count), Count: int(count)}
}

// chatAddress is where a conversation is read and continued. Whoever has the
// address takes part as the customer.
func (s *site) chatAddress(c support.ID) string { return "/chat/" + s.seal.sign("chat", c.String()) }

// askOrderChat takes a question about an order to its conversation, which it
// begins if there is none that is still open.
func (s *site) askOrderChat(w http.ResponseWriter, r *http.Request, _ *visit) error {
	o, err := s.byPass(r)
	if err != nil {
		return err
	}
	all, err := s.shop.Support.About(r.Context(), o.ID.String())
	if err != nil {
		return err
	}
	text, by := r.PostForm.Get("text"), op.Meta{By: o.Buyer}
	for _, c := range all {
		if c.Kind == support.Chat && c.Status() != support.StatusClosed {
			if _, err := s.shop.Support.Say(r.Context(), c.ID, support.Say{Meta: by, Text: text}); err != nil {
				return err
			}
			return see(w, r, s.chatAddress(c.ID))
		}
	}
	customer := support.Person{By: o.Buyer, Address: o.Email}
	if o.ShipTo != nil {
		customer.Name = o.ShipTo.Name
	}
	turn, err := s.shop.Support.Begin(r.Context(), support.Begin{
		Meta: by, Kind: support.Chat, Subject: o.ID.String(), Title: "Order " + o.Number, Customer: customer, Text: text,
	})
	if err != nil {
		return err
	}
	return see(w, r, s.chatAddress(turn.Conversation.ID))
}

func (s *site) helpForm(w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.askHelp(w, r, v, view.Form{Values: map[string]string{}})
}

func (s *site) askHelp(w http.ResponseWriter, r *http.Request, v *visit, f view.Form) error {
	p, err := s.around(r, v, view.Page{Title: "Help – Hausrat"})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(f.Problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.render(w, r, status, view.HelpPage(p, f))
}

func (s *site) askForHelp(w http.ResponseWriter, r *http.Request, v *visit) error {
	f := view.Form{Values: map[string]string{}}
	for _, name := range []string{"name", "address", "text"} {
		f.Values[name] = strings.TrimSpace(r.PostForm.Get(name))
	}
	turn, err := s.shop.Support.Begin(r.Context(), support.Begin{
		Meta: v.meta(), Kind: support.Chat, Title: "A question", Text: f.Values["text"],
		Customer: support.Person{By: v.actor(), Name: f.Values["name"], Address: f.Values["address"]},
	})
	if errors.Is(err, fault.Invalid) {
		f.Problems = fieldProblems(err, map[string]string{"text": "Your question", "customer.name": "Name", "customer.address": "Email"})
		return s.askHelp(w, r, v, f)
	}
	if err != nil {
		return err
	}
	return see(w, r, s.chatAddress(turn.Conversation.ID))
}

// conversation returns what the address of a chat is for.
func (s *site) conversation(r *http.Request) (support.Conversation, error) {
	text, ok := s.seal.open("chat", r.PathValue("token"))
	if !ok {
		return support.Conversation{}, errNoPage
	}
	which, err := support.ParseID(text)
	if err != nil {
		return support.Conversation{}, errNoPage
	}
	return s.shop.Support.Conversation(r.Context(), which)
}

// seen names the state of a conversation, without telling it.
func (s *site) seen(c support.Conversation) string {
	return s.seal.sum("seen", c.ID.String()+" "+strconv.Itoa(c.Version))[:16]
}

// nothingNew answers a page that asks whether there is something new in the
// state that it shows.
func (s *site) nothingNew(w http.ResponseWriter, r *http.Request, c support.Conversation) bool {
	if r.Header.Get("HX-Request") == "" || r.URL.Query().Get("seen") != s.seen(c) {
		return false
	}
	w.WriteHeader(http.StatusNoContent)
	return true
}

func (s *site) chat(w http.ResponseWriter, r *http.Request, v *visit) error {
	c, err := s.conversation(r)
	if err != nil || s.nothingNew(w, r, c) {
		return err
	}
	return s.showChat(w, r, v, c, view.Form{Values: map[string]string{}})
}

func (s *site) showChat(w http.ResponseWriter, r *http.Request, v *visit, c support.Conversation, f view.Form) error {
	said, err := s.shop.Support.PublicMessages(r.Context(), c.ID)
	if err != nil {
		return err
	}
	out := view.Chat{Form: f, Title: c.Title, Address: s.chatAddress(c.ID), Open: c.Status() != support.StatusClosed, Seen: s.seen(c)}
	for _, m := range said {
		out.Messages = append(out.Messages, saidBy(m, c))
	}
	switch c.Status() {
	case support.StatusOpen:
		out.Status = "We have your message and will answer here."
	case support.StatusPending:
		out.Status = "We have answered."
	case support.StatusSolved:
		out.Status = "This is solved. Write if it is not."
	case support.StatusClosed:
		out.Status = "This conversation is closed."
	}
	p, err := s.around(r, v, view.Page{Title: c.Title + " – Hausrat"})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(f.Problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.render(w, r, status, view.ChatPage(p, out))
}

// saidBy is a message with its author, ours if it went out.
func saidBy(m support.Message, c support.Conversation) view.Said {
	x := view.Said{Text: m.Text, When: view.Minute(m.At), Ours: m.Direction != support.Inbound, Note: m.Direction == support.Note}
	switch m.Direction {
	case support.Inbound:
		x.Who = c.Customer.Name
		if x.Who == "" {
			x.Who = "Customer"
		}
	case support.Outbound:
		x.Who = "Hausrat"
	case support.Note:
		x.Who = "Note among staff"
	}
	return x
}

func (s *site) sayInChat(w http.ResponseWriter, r *http.Request, v *visit) error {
	c, err := s.conversation(r)
	if err != nil {
		return err
	}
	text := strings.TrimSpace(r.PostForm.Get("text"))
	_, err = s.shop.Support.Say(r.Context(), c.ID, support.Say{Meta: op.Meta{By: c.Customer.By}, Text: text})
	if errors.Is(err, fault.Invalid) || errors.Is(err, support.ErrClosed) {
		f := view.Form{Values: map[string]string{"text": text}, Problems: fieldProblems(err, map[string]string{"text": "Your message"})}
		return s.showChat(w, r, v, c, f)
	}
	if err != nil {
		return err
	}
	return see(w, r, s.chatAddress(c.ID))
}

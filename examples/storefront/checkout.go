package main

import (
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/kontor-go/kontor/cart"
	"github.com/kontor-go/kontor/checkout"
	"github.com/kontor-go/kontor/examples/storefront/view"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/postal"
	"github.com/kontor-go/kontor/order"
	"github.com/kontor-go/kontor/payment"
)

// countries are those the shop ships to, with its own first.
func countries() []string {
	return []string{"DE", "AT", "BE", "CH", "CZ", "DK", "ES", "FR", "GB", "IE", "IT", "LU", "NL", "PL", "SE", "US"}
}

// payingCookie names the order that a card is about to pay.
const payingCookie = "paying"

// toPay returns the cart of a visitor who wants to order, or sends them away.
func (s *site) toPay(w http.ResponseWriter, r *http.Request, v *visit) (cart.Cart, bool, error) {
	c, err := s.cartOf(r.Context(), v)
	switch {
	case err != nil:
		return c, false, err
	case c.Status() == cart.StatusPaying:
		return c, false, see(w, r, "/checkout/bank")
	case len(c.Lines) == 0:
		return c, false, see(w, r, "/cart")
	}
	return c, true, nil
}

// address shows the form of the first step.
func (s *site) address(w http.ResponseWriter, r *http.Request, v *visit) error {
	c, ok, err := s.toPay(w, r, v)
	if err != nil || !ok {
		return err
	}
	s.wentToCheckout(r, v, c)
	return s.askAddress(w, r, v, c, view.Form{Values: typedBefore(c)})
}

// typedBefore are the values of the form for a cart.
func typedBefore(c cart.Cart) map[string]string {
	a := postal.Address{Country: c.Market.Country}
	if c.ShipTo != nil {
		a = *c.ShipTo
	}
	lines := append(slices.Clone(a.Lines), "", "")
	return map[string]string{
		"email": c.Email, "name": a.Name, "company": a.Company, "lines": lines[0], "line2": lines[1],
		"postcode": a.Postcode, "city": a.City, "region": a.Region, "phone": a.Phone, "country": a.Country,
	}
}

func (s *site) askAddress(w http.ResponseWriter, r *http.Request, v *visit, c cart.Cart, f view.Form) error {
	p, err := s.around(r, v, view.Page{Title: "Checkout – Hausrat"})
	if err != nil {
		return err
	}
	a := view.Address{Form: f, Countries: countries(), Needs: postal.Required(f.Values["country"])}
	if a.Cart, err = s.priced(r.Context(), c); err != nil {
		return err
	}
	status := http.StatusOK
	if len(f.Problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.render(w, r, status, view.AddressPage(p, a))
}

func (s *site) setAddress(w http.ResponseWriter, r *http.Request, v *visit) error {
	c, ok, err := s.toPay(w, r, v)
	if err != nil || !ok {
		return err
	}
	f := view.Form{Values: typedBefore(cart.Cart{})}
	for name := range f.Values {
		f.Values[name] = strings.TrimSpace(r.PostForm.Get(name))
	}
	if r.Header.Get("HX-Trigger") == "country" { // only the country was chosen yet
		return s.askAddress(w, r, v, c, f)
	}
	to := postal.Address{
		Name: f.Values["name"], Company: f.Values["company"], Postcode: f.Values["postcode"], City: f.Values["city"],
		Region: f.Values["region"], Phone: f.Values["phone"], Country: f.Values["country"],
	}
	for _, name := range []string{"lines", "line2"} {
		if f.Values[name] != "" {
			to.Lines = append(to.Lines, f.Values[name])
		}
	}
	if f.Values["email"] == "" {
		f.Problems = append(f.Problems, view.Problem{Field: "email", Text: "Email: is needed, for the confirmation"})
	}
	if !slices.Contains(countries(), to.Country) {
		f.Problems = append(f.Problems, view.Problem{Field: "country", Text: "Country: we do not ship there"})
	}
	if len(f.Problems) > 0 { // the engine has more to say about the rest
		var check fault.Check
		to.Check(&check, "ship_to")
		f.Problems = append(f.Problems, problemsOf(check.Err("address"))...)
		return s.askAddress(w, r, v, c, f)
	}
	_, err = s.shop.Carts.SetAddresses(r.Context(), c.ID, cart.SetAddresses{Meta: v.meta(), Email: f.Values["email"], ShipTo: &to})
	if errors.Is(err, fault.Invalid) {
		f.Problems = problemsOf(err)
		return s.askAddress(w, r, v, c, f)
	}
	if err != nil {
		return err
	}
	return see(w, r, "/checkout/payment")
}

// problemsOf puts what is wrong beside the fields of the form.
func problemsOf(err error) []view.Problem {
	var all []view.Problem
	for _, f := range fault.FieldsOf(err) {
		name := strings.TrimPrefix(f.Path, "ship_to.")
		if strings.HasPrefix(name, "lines") {
			name = "lines"
		}
		label := map[string]string{
			"lines": "Street", "postcode": "Postcode", "city": "City", "region": "State or province", "name": "Name",
			"company": "Company", "phone": "Phone", "email": "Email", "country": "Country",
		}[name]
		if label == "" {
			name, label = "", f.Path
		}
		all = append(all, view.Problem{Field: name, Text: label + ": " + f.Text})
	}
	if err != nil && len(all) == 0 {
		all = append(all, view.Problem{Text: fault.Public(err)})
	}
	return all
}

func (s *site) choose(w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.askPayment(w, r, v)
}

// askPayment shows the second step, with what went wrong when it was tried.
func (s *site) askPayment(w http.ResponseWriter, r *http.Request, v *visit, problems ...view.Problem) error {
	c, ok, err := s.toPay(w, r, v)
	if err != nil || !ok {
		return err
	}
	if c.ShipTo == nil || c.Email == "" {
		return see(w, r, "/checkout")
	}
	shown, err := s.priced(r.Context(), c)
	if err != nil {
		return err
	}
	if shown.Sum == nil || !shown.Ready {
		return see(w, r, "/cart")
	}
	x := view.Choosing{
		Form: view.Form{Problems: problems}, Label: append(c.ShipTo.Label(), view.CountryName(c.ShipTo.Country)), Email: c.Email,
		Payments: payments(), Cards: testCards(), Cart: shown, Total: shown.Sum.Total.Decimal(), Key: rand.Text(),
	}
	p, err := s.around(r, v, view.Page{Title: "Shipping and payment – Hausrat"})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.render(w, r, status, view.ChoosingPage(p, x))
}

func (s *site) setShipping(w http.ResponseWriter, r *http.Request, v *visit) error {
	c, ok, err := s.toPay(w, r, v)
	if err != nil || !ok {
		return err
	}
	_, err = s.shop.Carts.SetShipping(r.Context(), c.ID, cart.SetShipping{Meta: v.meta(), Method: r.PostForm.Get("method")})
	if err != nil {
		return err
	}
	return see(w, r, "/checkout/payment")
}

func payments() []view.Way {
	return []view.Way{
		{Code: card, Title: "Card", Text: "Taken when you order.", Chosen: true},
		{Code: transfer, Title: "Bank transfer", Text: "You transfer the money within 14 days; we send when it is there."},
	}
}

// testCards are cards of the simulator, by how they behave.
func testCards() []view.Way {
	return []view.Way{
		{Code: "pm_card_visa", Title: "A card that works", Chosen: true},
		{Code: "pm_card_authenticationRequired", Title: "A card whose bank asks first"},
		{Code: "pm_card_chargeDeclinedInsufficientFunds", Title: "A card without enough money"},
	}
}

func (s *site) place(w http.ResponseWriter, r *http.Request, v *visit) error {
	c, ok, err := s.toPay(w, r, v)
	if err != nil || !ok {
		return err
	}
	total, err := money.ParseAmount(r.PostForm.Get("total"), here().Currency)
	if err != nil {
		return errBadForm.Because(err)
	}
	req := checkout.Place{
		Meta:   op.Meta{By: v.actor(), Key: r.PostForm.Get("key")},
		Method: r.PostForm.Get("pay"), Total: total,
	}
	if req.Method == card {
		req.Details = payment.Details{
			Token: r.PostForm.Get("card"), ReturnURL: s.base + "/checkout/bank", Description: "Hausrat",
		}
	}
	placed, err := s.shop.Checkout.Place(r.Context(), c.ID, req)
	return s.placed(w, r, v, placed, err)
}

// placed goes on from wherever an attempt stands.
func (s *site) placed(w http.ResponseWriter, r *http.Request, v *visit, placed checkout.Placed, err error) error {
	switch {
	case errors.Is(err, fault.Declined):
		setCookie(w, payingCookie, "", -1)
		return s.askPayment(w, r, v, view.Problem{Text: declined(err)})
	case errors.Is(err, fault.Conflict), errors.Is(err, fault.Invalid):
		return s.askPayment(w, r, v, view.Problem{Text: fault.Public(err)})
	case err != nil:
		return err
	case placed.Done():
		setCookie(w, payingCookie, "", -1)
		setCookie(w, cartCookie, "", -1)
		if placed.Payment.Captured.IsPositive() {
			if err := s.untilPaid(r.Context(), placed.OrderID); err != nil {
				return err
			}
		}
		pass, err := s.shop.OrderPass(placed.Order)
		if err != nil {
			return err
		}
		say(w, "placed")
		return see(w, r, "/o/"+pass)
	}
	setCookie(w, payingCookie, s.seal.sign("paying", placed.OrderID.String()), month)
	return see(w, r, "/checkout/bank")
}

// declined says why the bank said no, as far as a buyer may know.
func declined(err error) string {
	text := "Your bank said no. Nothing was charged. Please try another card or another way to pay."
	var no *payment.NotDone
	if !errors.As(err, &no) {
		return text
	}
	switch no.Decline.Reason.Public() {
	case payment.ReasonInsufficientFunds:
		return "There is not enough money on this card. Nothing was charged. Please try another one."
	case payment.ReasonExpired:
		return "This card has expired. Nothing was charged. Please try another one."
	case payment.ReasonAuthentication:
		return "The payment was not confirmed at the bank. Nothing was charged. Please try again."
	case payment.ReasonIncorrectData, payment.ReasonLostOrStolen, payment.ReasonLimit, payment.ReasonNotSupported,
		payment.ReasonFraudSuspected, payment.ReasonTryAgainLater, payment.ReasonAccountClosed, payment.ReasonGeneric:
		return text
	}
	return text
}

// paying returns the order that a visitor is about to pay by card, and its
// payment.
func (s *site) paying(r *http.Request) (order.ID, payment.Payment, error) {
	c, err := r.Cookie(payingCookie)
	if err != nil {
		return order.ID{}, payment.Payment{}, errNoPage
	}
	text, ok := s.seal.open("paying", c.Value)
	if !ok {
		return order.ID{}, payment.Payment{}, errNoPage
	}
	which, err := order.ParseID(text)
	if err != nil {
		return which, payment.Payment{}, errNoPage
	}
	all, err := s.shop.Payments.BySubject(r.Context(), text)
	if err != nil || len(all) == 0 {
		return which, payment.Payment{}, errors.Join(errNoPage, err)
	}
	return which, all[len(all)-1], nil
}

// bankPage shows what the bank of the buyer asks, as long as it asks.
func (s *site) bankPage(w http.ResponseWriter, r *http.Request, v *visit) error {
	which, p, err := s.paying(r)
	if err != nil {
		return err
	}
	around, err := s.around(r, v, view.Page{Title: "Your bank – Hausrat"})
	if err != nil {
		return err
	}
	if p.Status() == payment.StatusActionRequired {
		return s.render(w, r, http.StatusOK, view.BankPage(around, view.Money(p.Amount)))
	}
	placed, err := s.shop.Checkout.Resume(r.Context(), which)
	if err == nil && !placed.Done() {
		return s.render(w, r, http.StatusAccepted, view.WaitPage(around))
	}
	return s.placed(w, r, v, placed, err)
}

// answerBank plays the buyer at their bank, and then asks what came of it.
func (s *site) answerBank(w http.ResponseWriter, r *http.Request, v *visit) error {
	which, p, err := s.paying(r)
	if err != nil {
		return err
	}
	if r.PostForm.Get("answer") == "yes" {
		s.bank.Authenticate(p.Reference)
	} else {
		s.bank.Fail(p.Reference)
	}
	if _, err := s.shop.Payments.Resume(r.Context(), p.ID, payment.Resume{Meta: v.meta()}); err != nil && !errors.Is(err, fault.Declined) {
		return err
	}
	placed, err := s.shop.Checkout.Resume(r.Context(), which)
	return s.placed(w, r, v, placed, err)
}

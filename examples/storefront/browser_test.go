package main_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// shots is where pictures of the pages are kept, for people who want to look.
var shots = flag.String("shots", "", "folder for screenshots")

// browser is a Chromium with one window.
type browser struct {
	t   *testing.T
	ctx context.Context //nolint:containedctx // it is the window
	b   *bench
}

// open starts a browser with an empty profile. What a page was not allowed to do
// fails the test: a script, a style or an address that the policy forbids.
func (b *bench) open(t *testing.T) *browser {
	t.Helper()
	alloc, stop := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()),
		chromedp.Flag("headless", true), chromedp.Flag("no-sandbox", true), chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-quic", true), chromedp.Flag("no-first-run", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("hide-scrollbars", true),
		chromedp.UserDataDir(filepath.Join(t.TempDir(), "profile")), chromedp.WSURLReadTimeout(time.Minute),
	)
	ctx, cancel := chromedp.NewContext(alloc)
	x := &browser{t: t, ctx: ctx, b: b}
	require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(1280, 900), chromedp.Func(
		func(ctx context.Context, tab *chromedp.Target) error {
			_, err := cdp.Call(ctx, tab, log.Enable, cdp.Empty{})
			return err
		},
	)))
	entries := chromedp.Events(ctx, log.EntryAdded)
	listening := make(chan struct{})
	var complaints []string
	go func() {
		defer close(listening)
		for e, err := range entries {
			if err != nil {
				return
			}
			if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
				complaints = append(complaints, e.Entry.Text)
			}
		}
	}()
	t.Cleanup(func() {
		cancel()
		stop()
		<-listening
		require.Empty(t, complaints, "what the browser complained about")
	})
	return x
}

const patience = 20 * time.Second

// do runs steps, and shows the page if one of them fails.
func (x *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	x.t.Helper()
	ctx, cancel := context.WithTimeout(x.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		x.fail(err)
	}
}

func (x *browser) fail(err error) {
	x.t.Helper()
	where, _ := chromedp.Run(x.ctx, chromedp.Location())
	text, _ := chromedp.Run(x.ctx, chromedp.Evaluate[string]("document.body.innerText"))
	require.NoError(x.t, err, "at %s:\n%s\n%s", where, text, x.b.log)
}

// js returns what a script returns. It is asked again while a page is loading.
func js[T any](x *browser, script string) T {
	x.t.Helper()
	var last error
	for end := time.Now().Add(patience); time.Now().Before(end); {
		v, err := chromedp.Run(x.ctx, chromedp.Evaluate[T](script))
		if err == nil {
			return v
		}
		last = err
	}
	x.fail(last)
	panic("unreachable")
}

// until waits for a script to return true.
func (x *browser) until(script string) {
	x.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
		ok, err := chromedp.Run(x.ctx, chromedp.Evaluate[bool](script))
		if err == nil && ok {
			return
		}
		if x.ctx.Err() != nil {
			break
		}
		_ = chromedp.Do(x.ctx, chromedp.Sleep(20*time.Millisecond)) // lets the page go on
	}
	x.fail(errors.New("never true: " + script))
}

func (x *browser) visit(path string) { x.t.Helper(); x.do(chromedp.Navigate(x.b.url + path)) }

func (x *browser) click(sel string) {
	x.t.Helper()
	x.see(sel)
	x.do(chromedp.Click(chromedp.CSS(sel)))
}

// see waits until something can be seen.
func (x *browser) see(sel string) {
	x.t.Helper()
	x.until(`(e => !!e && e.checkVisibility())(document.querySelector(` + strconv.Quote(sel) + `))`)
}

// read waits until a text stands in an element.
func (x *browser) read(sel, text string) {
	x.t.Helper()
	x.until("[...document.querySelectorAll(" + strconv.Quote(sel) + ")].some(e => e.textContent.replace(/\\s+/g, ' ').includes(" + strconv.Quote(text) + "))")
}

// fill sets a field, as typing or choosing does.
func (x *browser) fill(sel, text string) {
	x.t.Helper()
	x.see(sel)
	x.do(chromedp.SetValue(chromedp.CSS(sel), text))
}

// choose sets a field and lets the page know, as a person does.
func (x *browser) choose(sel, value string) {
	x.t.Helper()
	x.fill(sel, value)
	js[bool](x, `document.querySelector(`+strconv.Quote(sel)+`).dispatchEvent(new Event("change", {bubbles: true}))`)
}

// button presses the button with a text, and link follows such a link.
func (x *browser) button(text string) { x.t.Helper(); x.press("button", text) }

func (x *browser) link(text string) { x.t.Helper(); x.press("a", text) }

func (x *browser) press(kind, text string) {
	x.t.Helper()
	x.read("main "+kind+", header "+kind+", .ask "+kind+", .tabs "+kind, text)
	x.do(chromedp.Click(fmt.Sprintf(`//%s[not(ancestor::footer) and contains(normalize-space(.), %q)]`, kind, text)))
}

// shoot keeps pictures of the page in a wide and a narrow window, and requires
// that nothing is wider than either.
func (x *browser) shoot(name string) {
	x.t.Helper()
	for _, width := range []int64{1280, 390, 360} {
		x.do(chromedp.EmulateViewport(width, 900))
		over := js[[]string](x, `[...document.querySelectorAll("body *")].filter(e => !e.closest(".hidden, .scroll, .skip, .departments ul, .tabs ul, svg") && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 120))`)
		require.Empty(x.t, over, "%s is wider than a window of %d", name, width)
		require.LessOrEqual(x.t, js[int64](x, "document.documentElement.scrollWidth"), width, "%s scrolls sideways", name)
		if *shots == "" || width == 360 {
			continue
		}
		png, err := chromedp.Run(x.ctx, chromedp.FullScreenshot(100))
		require.NoError(x.t, err)
		require.NoError(x.t, os.WriteFile(filepath.Join(*shots, name+"-"+strconv.FormatInt(width, 10)+".png"), png, 0o600))
	}
	x.do(chromedp.EmulateViewport(1280, 900))
}

// A buyer in a browser finds, orders and pays something, and sends it back; in
// between the staff pack and ship it. Both see what they should.
func TestPurchaseAndReturnInABrowser(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	x := b.open(t)
	x.findsSomething()
	x.fillsTheCart()
	page := x.pays()
	x.staffSend(page)
	x.saysSomething(page)
	x.sendsBack(page)
	b.sound(t)
}

func (x *browser) findsSomething() {
	x.t.Helper()
	x.visit("/")
	x.read("h1", "Good tools")
	x.shoot("home-asked")
	x.button("Yes, count me")
	x.until(`!document.querySelector("form.ask")`)
	x.shoot("home")
	x.fill("#q", "espresso")
	x.button("Search")
	x.read("#found", "2 products")
	x.shoot("search")
	x.visit("/search?q=zeppelin")
	x.read(".empty", "Nothing matches")
	x.shoot("search-nothing")
	x.visit("/c/kitchen")
	x.read("#found", "13 products")
	x.shoot("category")
	x.do(chromedp.Click(`//label[contains(., "Mint")]//input`)) // htmx fetches the rest
	x.read("#found", "1 product")
	x.until(`location.search.includes("f.colour=Mint")`) // the address says what is shown
	x.shoot("category-filtered")
	x.visit("/nowhere")
	x.read("h1", "Nothing here")
	x.shoot("not-found")
}

func (x *browser) fillsTheCart() {
	x.t.Helper()
	x.visit("/cart")
	x.read(".empty", "nothing in it yet")
	x.shoot("cart-empty")
	x.visit("/p/electric-kettle-1-7l")
	x.read("h1", "Electric Kettle")
	x.shoot("product")
	x.click(".variants li:nth-child(2) a") // htmx exchanges the product
	x.see(`.variants li:nth-child(2) a[aria-current]`)
	x.fill(".buy input[name=quantity]", "2")
	x.button("Add to cart")
	x.read("#cart-link .count", "2")
	x.read("#announce", "It is in your cart.")
	x.shoot("product-added")
	x.visit("/p/steam-iron")
	x.button("Add to cart")
	x.read("#cart-link .count", "3")
	x.click("#cart-link")
	x.read("h1", "Your cart")
	x.fill("#code", "welcome10")
	x.click(".coupons form.inline button")
	x.read(".coupons", "WELCOME10")
	x.read(".sum", "15 % off kettles")
	x.click(".why summary")
	x.read(".why", "total")
	x.shoot("cart")
	js[bool](x, `(n => { n.value = "1"; return n.dispatchEvent(new Event("change", {bubbles: true})) })(document.querySelector("#n-1"))`)
	x.read("#cart-link .count", "2")
}

// pays goes through the checkout and returns the path of the page of the order.
func (x *browser) pays() string {
	x.t.Helper()
	x.link("To the checkout")
	x.see("#email")
	x.shoot("checkout-address")
	x.fill("#city", "Chicago")
	x.choose("#country", "US") // htmx asks what an address there needs
	x.see("#region[required]")
	require.Equal(x.t, "Chicago", js[string](x, `document.querySelector("#city").value`))
	x.choose("#country", "DE")
	x.see("#region:not([required])")
	x.fill("#email", "eva@example.com")
	x.fill("#name", "Eva Beispiel")
	x.fill("#lines", "Unter den Linden 1")
	x.fill("#city", "Berlin")
	x.fill("#postcode", "1011")
	x.button("Continue")
	x.see("#postcode-problem")
	x.shoot("checkout-problem")
	x.fill("#postcode", "10117")
	x.button("Continue")
	x.read("h1", "Shipping and payment")
	x.click("#ship-express") // htmx prices it again
	x.read(".sum", "Express")
	x.shoot("checkout-payment")
	x.fill("#card", "pm_card_chargeDeclinedInsufficientFunds")
	x.button("Order and pay")
	x.read("#problems", "not enough money")
	x.shoot("checkout-declined")
	x.fill("#card", "pm_card_authenticationRequired")
	x.button("Order and pay")
	x.read("h1", "Your bank asks")
	x.shoot("checkout-bank")
	x.button("Yes, pay")
	x.read("h1", "Order ")
	x.read("#announce", "Your order is placed")
	path := js[string](x, "location.pathname")
	x.untilPaid()
	x.shoot("order-placed")
	return path
}

// untilPaid loads the page again until the money has arrived at the order.
func (x *browser) untilPaid() {
	x.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
		x.do(chromedp.Reload())
		if text := js[string](x, "document.querySelector('#order').innerText"); containsAll(text, "confirmed", "paid") {
			return
		}
	}
	x.fail(errors.New("the money never arrives"))
}

func (x *browser) staffSend(order string) {
	x.t.Helper()
	x.visit("/staff")
	x.see("#password")
	x.shoot("staff-login")
	x.fill("#password", "guess")
	x.button("Sign in")
	x.read("#problems", "not the password")
	x.fill("#password", x.b.Password())
	x.button("Sign in")
	x.read("h1", "Dashboard")
	x.shoot("staff-dashboard")
	x.link("Orders")
	x.read("h1", "Orders")
	x.shoot("staff-orders")
	x.click("tbody a")
	x.button("Plan what leaves")
	x.button("Allocate")
	x.see("button[value=pick]")
	x.visit("/staff/pick")
	x.see("tbody tr")
	x.shoot("staff-pick")
	x.visit("/staff/orders")
	x.click("tbody a")
	x.button("Begin to pick")
	x.fill("input[name=grams]", "2600")
	x.button("Packed into one parcel")
	x.button("Make the label")
	x.see("select[name=status]")
	x.shoot("staff-order")
	x.fill("select[name=status]", "in_transit")
	x.button("Note it")
	x.read(".panel", "in transit")
	x.visit(order)
	x.read("#parcels + .panel", "In transit")
	x.shoot("order-shipped")
	x.visit("/staff/orders")
	x.click("tbody a")
	x.fill("select[name=status]", "delivered")
	x.button("Note it")
	x.read(".panel", "delivered")
	x.visit("/staff/stock")
	x.read("h1", "Stock")
	x.shoot("staff-stock")
}

func (x *browser) saysSomething(order string) {
	x.t.Helper()
	for end := time.Now().Add(patience); ; x.visit(order) {
		if js[int](x, `document.querySelectorAll("a[href^='/review/']").length`) == 2 {
			break
		}
		if time.Now().After(end) {
			x.fail(errors.New("nothing may be reviewed"))
		}
	}
	x.shoot("order-delivered")
	x.link("Write a review")
	x.see("#rating")
	x.button("Send the review")
	x.see("#problems")
	x.shoot("review")
	x.click("input[name=rating][value='4']")
	x.fill("#title", "Boils <b>fast</b>")
	x.fill("#review-text", "And it looks good.")
	x.fill("#name", "Eva")
	x.button("Send the review")
	x.read("#announce", "Thank you")
	x.visit("/staff/reviews")
	x.read(".panel", "Boils <b>fast</b>")
	x.shoot("staff-reviews")
	x.button("Publish")
	x.read(".tag", "published")
	x.visit("/p/electric-kettle-1-7l")
	x.read("#reviews", "Boils <b>fast</b>")
	x.see(".about .rating")
	x.shoot("product-reviewed")

	x.visit(order)
	x.fill("#text", "May I leave it switched on?")
	x.button("Start a chat")
	x.read("#chat", "May I leave it")
	x.shoot("chat")
	chat := js[string](x, "location.pathname")
	x.visit("/staff/talks")
	x.see("tbody tr")
	x.shoot("staff-talks")
	x.click("tbody a")
	x.fill("#text", "Ask a colleague")
	x.button("Note among staff")
	x.read("#chat .note", "Ask a colleague")
	x.fill("#text", "Better not.")
	x.button("Reply")
	x.read("#chat .ours", "Better not.")
	x.shoot("staff-talk")
	x.visit(chat)
	x.read("#chat", "Better not.")
	require.NotContains(x.t, js[string](x, "document.body.innerText"), "Ask a colleague", "notes are for staff")
}

func (x *browser) sendsBack(order string) {
	x.t.Helper()
	x.visit(order)
	x.link("Request a return")
	x.read("h1", "Send something back")
	x.button("Request the return")
	x.read("#problems", "how many pieces")
	x.fill("#quantity-2", "1")
	x.fill("#reason-2", "defective")
	x.shoot("return")
	x.button("Request the return")
	x.read("#announce", "Your return is requested")
	x.visit("/staff/returns")
	x.see("button[value=approve]")
	x.shoot("staff-returns")
	x.button("Approve")
	x.button("It has come in")
	x.fill("select[name=becomes-2]", "damaged")
	x.button("Inspected")
	x.button("Pay back")
	x.read(".panel", "Refunded")
	x.visit(order)
	x.read("#order", "Refunded €49.49") // 54.99 less 10 %
	x.shoot("order-returned")
	x.visit("/staff")
	x.read(".chart", "Turnover by day")
	x.read(".chart details", "Paid1")
	x.shoot("staff-dashboard-later")
	for _, path := range []string{"/help", "/order"} {
		x.visit(path)
		x.shoot(path[1:])
	}
}

func containsAll(text string, parts ...string) bool {
	for _, p := range parts {
		if !strings.Contains(text, p) {
			return false
		}
	}
	return true
}

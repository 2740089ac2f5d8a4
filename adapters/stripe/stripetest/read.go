package stripetest

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// read answers a call that changes nothing.
func (s *Simulator) read(path string, f *form) (any, *refusal) {
	rest, _ := strings.CutPrefix(path, "/v1/")
	noun, id, _ := strings.Cut(rest, "/")
	switch {
	case noun == "payment_intents" && id == "search":
		return s.search(f)
	case noun == "payment_intents" && id == "":
		return s.listIntents(f)
	case noun == "refunds" && id == "":
		return s.listRefunds(f)
	case noun == "payment_intents":
		pi := s.intent(id)
		if pi == nil {
			return nil, missing("intent", "payment_intent", id)
		}
		out := s.seen(pi, f)
		return out, f.check()
	case noun == "refunds":
		re, _ := s.refundOf(id)
		if re == nil {
			return nil, missing("id", "refund", id)
		}
		return *re, f.check()
	default:
		return nil, missing("", "address", path)
	}
}

// search finds payment intents by our id. It is behind the books.
func (s *Simulator) search(f *form) (any, *refusal) {
	query, _ := f.text("query"), f.text("page")
	f.number("limit")
	if r := f.check(); r != nil {
		return nil, r
	}
	m := regexp.MustCompile(`^metadata\['([a-z_]+)'\]:'((?:[^'\\]|\\.)*)'$`).FindStringSubmatch(query)
	if m == nil {
		return nil, invalid("", "query", "We were unable to parse your search query.")
	}
	want := strings.NewReplacer(`\\`, `\`, `\'`, `'`).Replace(m[2])
	out := list{Object: "search_result", Data: []any{}, URL: "/v1/payment_intents/search"}
	for _, pi := range s.intents {
		shown := s.opt.SearchLag < 0 || s.now().Sub(pi.at) >= s.opt.SearchLag
		if shown && pi.Metadata[m[1]] == want {
			out.Data = append(out.Data, s.seen(pi, nil))
		}
	}
	return out, nil
}

// listIntents lists payment intents, the newest first.
func (s *Simulator) listIntents(f *form) (any, *refusal) {
	from, _ := f.number("created[gte]")
	p := pageOf(f)
	if r := f.check(); r != nil {
		return nil, r
	}
	out := list{Object: "list", Data: []any{}, URL: "/v1/payment_intents"}
	for _, pi := range slices.Backward(s.intents) {
		if !pi.at.Before(time.Unix(from, 0)) {
			p.add(&out, pi.ID, s.seen(pi, nil))
		}
	}
	return out, nil
}

// listRefunds lists refunds, the newest first.
func (s *Simulator) listRefunds(f *form) (any, *refusal) {
	of := f.text("payment_intent")
	p := pageOf(f)
	if r := f.check(); r != nil {
		return nil, r
	}
	out := list{Object: "list", Data: []any{}, URL: "/v1/refunds"}
	for _, re := range slices.Backward(s.refunds) {
		if of == "" || re.Intent == of {
			p.add(&out, re.ID, *re)
		}
	}
	return out, nil
}

// page is which part of a list is wanted.
type page struct {
	limit int
	after string
	begun bool
}

func pageOf(f *form) *page {
	p := &page{limit: 10, after: f.text("starting_after")}
	if n, ok := f.number("limit"); ok {
		p.limit = int(n)
	}
	p.begun = p.after == ""
	return p
}

// add puts a thing on the page, if it belongs there.
func (p *page) add(l *list, id string, thing any) {
	switch {
	case !p.begun:
		p.begun = id == p.after
	case len(l.Data) == p.limit:
		l.HasMore = true
	default:
		l.Data = append(l.Data, thing)
	}
}

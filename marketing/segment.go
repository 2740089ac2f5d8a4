package marketing

import (
	"context"
	"iter"
	"time"

	"github.com/google/uuid"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/id"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/page"
)

type segmentKind struct{}

func (segmentKind) Prefix() string { return "sg" }

// SegmentID is the id of a segment.
type SegmentID = id.Of[segmentKind]

// SegmentIDFrom returns the SegmentID that holds u.
func SegmentIDFrom(u uuid.UUID) SegmentID { return id.From[segmentKind](u) }

// ParseSegmentID reads the text form of a SegmentID.
func ParseSegmentID(s string) (SegmentID, error) { return id.Parse[segmentKind](s) }

// Segment is a group of contacts by a rule. Nobody is put into it: who belongs
// to it follows from what is known at the time of asking.
type Segment struct {
	ID        SegmentID `json:"id"`
	Name      string    `json:"name"`
	Rule      Rule      `json:"rule"`
	Version   int       `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// Define is the request for a new segment.
type Define struct {
	op.Meta
	// Name is for staff, 1 to 100 characters.
	Name string
	Rule Rule
}

// Define stores a new segment. Errors by kind: Invalid.
func (s *Service) Define(ctx context.Context, req Define) (Segment, error) {
	return alone(ctx, s, s.defining(req))
}

// DefineTx is Define inside a unit.
func (s *Service) DefineTx(ctx context.Context, t Tx, req Define) (Segment, error) {
	return within(ctx, t, s.defining(req))
}

func (s *Service) defining(req Define) verb[Segment] {
	var c fault.Check
	checkNew(&c, req.Meta)
	now := s.now()
	g := Segment{ID: id.New[segmentKind](s.newID), Rule: req.Rule, Version: 1, CreatedAt: now, UpdatedAt: now}
	g.Name = c.Required("name", req.Name, 100)
	c.Merge("", req.Rule.Check())
	call := op.Call{Meta: req.Meta, Operation: "marketing.define", Parameters: struct {
		Name string
		Rule Rule
	}{g.Name, g.Rule}, Now: now}
	return keyed(&c, call, func(ctx context.Context, t Tx) (Segment, error) {
		if err := t.InsertSegment(ctx, g); err != nil {
			return Segment{}, err
		}
		return g, s.announce(ctx, t, call, announcement{subject: g.ID.String(), version: 1, fact: SegmentDefined{Segment: g.ID, Name: g.Name}})
	})
}

// Redefine is the request to change a segment.
type Redefine struct {
	op.Meta
	// Name and Rule replace those of the segment.
	Name string
	Rule Rule
}

// Redefine changes the name and rule of a segment. Campaigns that are scheduled
// keep the rule that they were scheduled with. Errors by kind: Invalid, NotFound,
// Conflict for a stale version.
func (s *Service) Redefine(ctx context.Context, segment SegmentID, req Redefine) (Segment, error) {
	return alone(ctx, s, s.redefining(segment, req))
}

// RedefineTx is Redefine inside a unit.
func (s *Service) RedefineTx(ctx context.Context, t Tx, segment SegmentID, req Redefine) (Segment, error) {
	return within(ctx, t, s.redefining(segment, req))
}

func (s *Service) redefining(segment SegmentID, req Redefine) verb[Segment] {
	var c fault.Check
	name := c.Required("name", req.Name, 100)
	c.Merge("", req.Rule.Check())
	call := op.Call{Meta: req.Meta, Operation: "marketing.redefine", Parameters: struct {
		Segment SegmentID
		Name    string
		Rule    Rule
	}{segment, name, req.Rule}, Now: s.now()}
	return keyed(&c, call, func(ctx context.Context, t Tx) (Segment, error) {
		g, err := t.Segment(ctx, segment)
		if err != nil {
			return Segment{}, err
		}
		if err := req.Expect("segment", g.Version); err != nil {
			return Segment{}, err
		}
		g.Name, g.Rule, g.UpdatedAt = name, req.Rule, call.Now
		g.Version++
		if err := t.UpdateSegment(ctx, g); err != nil {
			return Segment{}, err
		}
		return g, s.announce(ctx, t, call, announcement{
			subject: g.ID.String(), version: g.Version, fact: SegmentRedefined{Segment: g.ID, Name: g.Name},
		})
	})
}

// Segment returns a segment, or ErrNoSegment.
func (s *Service) Segment(ctx context.Context, segment SegmentID) (Segment, error) {
	return s.reader.Segment(ctx, segment)
}

// Segments returns a page of the segments, oldest first. Errors: Invalid for a
// bad limit or cursor.
func (s *Service) Segments(ctx context.Context, q page.Request) (page.Page[Segment], error) {
	list := page.List{Name: "segments", Tenant: s.tenant, Sort: "id"}
	after, err := s.readCursor(list, q)
	if err != nil {
		return page.Page[Segment]{}, err
	}
	var last SegmentID
	if after != "" {
		if last, err = ParseSegmentID(after); err != nil {
			return page.Page[Segment]{}, err
		}
	}
	read, err := s.reader.SegmentsAfter(ctx, last, q.Size()+1)
	if err != nil {
		return page.Page[Segment]{}, err
	}
	return page.Of(read, q, func(last Segment) (string, error) { return s.cursors.Encode(list, last.ID.String()) })
}

// Members returns a page of the contacts that a rule holds for now, by address.
// It looks at as many contacts as it needs to fill the page, a few hundred in
// one trip. Errors by kind: Invalid.
func (s *Service) Members(ctx context.Context, rule Rule, q page.Request) (page.Page[Contact], error) {
	list := page.List{Name: "members", Tenant: s.tenant, Sort: "address"}
	after, err := s.readCursor(list, q)
	if err == nil {
		err = rule.Check()
	}
	if err != nil {
		return page.Page[Contact]{}, err
	}
	var found []Contact
	for p, err := range s.matching(ctx, rule, after) {
		if err != nil {
			return page.Page[Contact]{}, err
		}
		if found = append(found, p.Contact); len(found) > q.Size() {
			break
		}
	}
	return page.Of(found, q, func(last Contact) (string, error) { return s.cursors.Encode(list, last.Address) })
}

// Count returns how many contacts a rule holds for now. It looks at all of
// them, a few hundred in one trip. Errors by kind: Invalid.
func (s *Service) Count(ctx context.Context, rule Rule) (int, error) {
	if err := rule.Check(); err != nil {
		return 0, err
	}
	n := 0
	for _, err := range s.matching(ctx, rule, "") {
		if err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// profilesPerTrip is how many contacts are looked at in one trip.
const profilesPerTrip = 300

// matching yields the contacts after an address that a rule holds for.
func (s *Service) matching(ctx context.Context, rule Rule, after string) iter.Seq2[Profile, error] {
	now := clock.Cut(s.clock.Now())
	return func(yield func(Profile, error) bool) {
		for {
			read, err := s.reader.MarketingProfiles(ctx, after, profilesPerTrip)
			if err != nil {
				yield(Profile{}, err)
				return
			}
			for _, p := range read {
				if rule.Matches(p, now) && !yield(p, nil) {
					return
				}
			}
			if len(read) < profilesPerTrip {
				return
			}
			after = read[len(read)-1].Contact.Address
		}
	}
}

// readCursor checks a request and returns the text that its cursor holds.
func (s *Service) readCursor(list page.List, q page.Request) (string, error) {
	var c fault.Check
	q.Check(&c)
	if err := c.Err("marketing." + list.Name); err != nil || q.Cursor == "" {
		return "", err
	}
	var after string
	err := s.cursors.Decode(list, q.Cursor, &after)
	return after, err
}

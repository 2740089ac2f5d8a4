package event

import (
	"context"
	"slices"
	"strings"

	"github.com/kontor-go/kontor/kernel/fault"
)

// publish hands what a publisher has not had to it, all at once. If that
// fails and may work later, the first letter of each subject has failed and
// those behind it wait. If it fails for another reason one of the letters may
// be at fault: they go one by one, and only that one fails.
func (d delivery) publish(ctx context.Context, p publication, trials []trial) {
	list, events := pick(p.name, trials)
	if len(list) == 0 {
		return
	}
	if d.over(ctx) {
		leave(list)
		return
	}
	err := d.hand(ctx, p, events)
	if err == nil || len(list) == 1 || fault.Retryable(err) || d.gone() != nil {
		d.answer(p.name, list, func(*trial) error { return err })
		return
	}
	d.answer(p.name, list, func(t *trial) error {
		if d.over(ctx) {
			t.open = true
			return nil
		}
		return d.hand(ctx, p, []Event{t.Event})
	})
}

func (d delivery) hand(ctx context.Context, p publication, events []Event) error {
	return attempt(p.name, func() error { return p.to.Publish(ctx, events) })
}

// pick returns the letters that were offered to their handlers and that the
// publisher has not had.
func pick(name string, trials []trial) ([]*trial, []Event) {
	list := make([]*trial, 0, len(trials))
	events := make([]Event, 0, len(trials))
	for i := range trials {
		if t := &trials[i]; t.tried && !t.open && !slices.Contains(t.Done, name) {
			list, events = append(list, t), append(events, t.Event)
		}
	}
	return list, events
}

// leave marks letters that a publisher was not asked to take.
func leave(list []*trial) {
	for _, t := range list {
		t.open = true
	}
}

// answer notes what the publisher says of each letter. One that is behind a
// letter of its subject that did not pass is not handed over.
func (d delivery) answer(name string, list []*trial, hand func(*trial) error) {
	stuck := map[subjectKey]bool{}
	for _, t := range list {
		if t.blocks() && stuck[t.key()] {
			continue
		}
		err := hand(t)
		if !t.open {
			d.note(t, name, err)
		}
		if t.blocks() && (t.open || err != nil) {
			stuck[t.key()] = true
		}
	}
}

// legible makes the text of an error fit for keeping: valid UTF-8 without NUL,
// of bounded length.
func legible(s string) string {
	const limit = 1000
	if len(s) > limit {
		s = s[:limit]
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "?"), "\x00", "?")
}

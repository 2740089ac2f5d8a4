package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/kontor-go/kontor/adapters/stripe/stripetest"
	"github.com/kontor-go/kontor/commerce"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/op"
)

// story is one run.
type story struct {
	report
	sources
	errs  io.Writer
	db    database
	mem   memory
	again bool // the story was broken off and goes on
	clock *clock.Manual
	bank  *stripetest.Simulator
	shop  *commerce.Engine
	diary *diary
}

// chapter is one of the fifteen steps.
type chapter struct {
	title string
	tell  func(ctx context.Context) error
}

func (s *story) chapters() []chapter {
	return []chapter{
		{"shop window", s.shopWindow},
		{"browse and search", s.browse},
		{"cart", s.fillCart},
		{"checkout", s.checkOut},
		{"payment", s.pay},
		{"confirmation", s.confirmation},
		{"stock", s.stock},
		{"pick and pack", s.pack},
		{"carriers", s.carriers},
		{"delivery", s.delivery},
		{"reviews", s.review},
		{"returns", s.goodsBack},
		{"support", s.talk},
		{"analytics", s.figures},
		{"marketing", s.advertise},
	}
}

// sell runs the story from the opening of the shop to the audit.
func (s *story) sell(ctx context.Context, o options) (err error) {
	if s.db, err = open(o); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.db.Close()) }()
	if err := s.opens(ctx, o); err != nil {
		return err
	}
	if err := s.tell(ctx); err != nil {
		return err
	}
	if err := s.books(ctx); err != nil {
		return err
	}
	s.mem.Over = true
	return errors.Join(s.mem.keep(ctx, s.db), s.err)
}

// opens builds the shop where it stood, or a new one, and lets the next customer
// in.
func (s *story) opens(ctx context.Context, o options) error {
	if err := s.db.store.Migrate(ctx); err != nil {
		return err
	}
	past, err := recall(ctx, s.db)
	if err != nil {
		return err
	}
	if s.mem, s.again = past.next(o); s.mem.Folder == "" {
		if s.mem.Folder, err = os.MkdirTemp("", "kontor-files-"); err != nil {
			return err
		}
	}
	if s.mem.Folder, err = filepath.Abs(s.mem.Folder); err != nil {
		return err
	}
	if err := os.MkdirAll(s.mem.Folder, 0o750); err != nil {
		return fmt.Errorf("%w: %w", errFolder, err)
	}
	if err := s.mem.keep(ctx, s.db); err != nil {
		return err
	}
	s.clock = clock.NewManual(s.mem.Clock)
	s.bank = stripetest.New(&stripetest.Options{Clock: s.clock, Name: fmt.Sprintf("run%d", s.mem.Run)})
	if s.shop, err = s.newShop(ctx); err != nil {
		return err
	}
	return s.welcome(ctx)
}

// tell tells the chapters that were not told yet, and remembers each.
func (s *story) tell(ctx context.Context) error {
	all := s.chapters()
	for n, c := range all {
		title := fmt.Sprintf("[%d/%d] %s", n+1, len(all), c.title)
		if n < s.mem.Told {
			s.print("\n" + title + ": told before\n")
			continue
		}
		s.begin(title)
		if err := c.tell(ctx); err != nil {
			return fmt.Errorf("%w in %s: %w", errBroken, title, err)
		}
		if s.err != nil {
			return s.err
		}
		s.mem.Told = n + 1
		if err := s.mem.keep(ctx, s.db); err != nil {
			return err
		}
	}
	return nil
}

// settle lets everybody hear what has happened. A server has shop.Run going
// instead.
func (s *story) settle(ctx context.Context) error {
	_, err := s.shop.Drain(ctx)
	return err
}

// reach lets time pass in the shop until a moment, unless that is over. What was
// to happen meanwhile happens: timers ring, mail leaves. The moment is
// remembered first, so that time never goes back.
func (s *story) reach(ctx context.Context, at time.Time) error {
	if !at.After(s.clock.Now()) {
		return nil
	}
	s.mem.Clock = at
	if err := s.mem.keep(ctx, s.db); err != nil {
		return err
	}
	s.clock.Set(at)
	s.say("... %s", s.clock.Now().Format("Monday, 2 January 2006, 15:04"))
	return s.settle(ctx)
}

// once is the key of a write that happens once for each customer.
func (s *story) once(what string) string { return fmt.Sprintf("story-%d-%s", s.mem.Run, what) }

// mia is staff, by is the customer: each for a write that happens once.
func (s *story) mia(what string) op.Meta { return staff(s.once(what)) }

func (s *story) by(what string) op.Meta { return op.Meta{By: s.customer().actor, Key: s.once(what)} }

// person is a customer.
type person struct {
	actor  op.Actor
	name   string
	email  string
	cookie string // by which analytics tells visitors apart
}

// customer is who this run is about: a guest, known to the host by a cookie.
func (s *story) customer() person {
	names := []string{"Ada", "Ben", "Cleo", "Dora", "Emil", "Flora", "Gregor", "Hanna"}
	name := names[(s.mem.Run-1)%len(names)]
	return person{
		actor:  op.Actor{Kind: op.Guest, ID: fmt.Sprintf("visitor-%d", s.mem.Run)},
		cookie: fmt.Sprintf("visitor-%08d", s.mem.Run),
		name:   name + " Example", email: fmt.Sprintf("%s.%d@example.com", strings.ToLower(name), s.mem.Run),
	}
}

// file puts a file into the folder and names it.
func (s *story) file(what, name string, content []byte) error {
	path, err := folder(s.mem.Folder).put(name, content)
	if err != nil {
		return err
	}
	s.fact(what, "%s", path)
	return nil
}

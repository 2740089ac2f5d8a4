package promotion

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/tx"
)

// AddCodes is codes for a promotion: given, generated or both.
type AddCodes struct {
	op.Meta
	// Codes are kept in their canonical form. See Code.
	Codes []string
	// Generate is how many codes to make up, each of 12 characters that nobody
	// guesses and that are hard to misread, after Prefix.
	Generate int
	// Prefix begins the generated codes: "SPRING-". At most 32 characters.
	Prefix string
}

// AddCodes adds codes to a promotion, at most MaxNewCodes at once, announces
// CodesAdded and returns them, the given ones first.
//
// Errors by kind: Invalid; NotFound; Conflict if one of them exists in the shop
// (ErrCodeTaken), if the promotion is automatic (ErrCodesFixed) or has ended
// (ErrEnded).
func (s *Service) AddCodes(ctx context.Context, promotion ID, req AddCodes) ([]string, error) {
	return s.coding(promotion, req).Alone(ctx, s.units)
}

// AddCodesTx is AddCodes inside a unit of work.
func (s *Service) AddCodesTx(ctx context.Context, t Tx, promotion ID, req AddCodes) ([]string, error) {
	return s.coding(promotion, req).In(ctx, t)
}

func (s *Service) coding(promotion ID, req AddCodes) tx.Deed[Tx, []string] {
	codes, err := s.codes(req)
	if err != nil {
		return tx.Refused[Tx, []string](err)
	}
	w := s.now(req.Meta)
	call := op.Call{Meta: req.Meta, Operation: "promotion.add_codes", Now: w.at, Parameters: struct {
		Promotion ID
		Codes     []string
		Generate  int
		Prefix    string
	}{promotion, codes[:len(req.Codes)], req.Generate, req.Prefix}}
	return tx.Once(call, func(ctx context.Context, t Tx) ([]string, error) {
		p, err := t.Promotion(ctx, promotion)
		switch {
		case err != nil:
			return nil, err
		case p.Automatic:
			return nil, ErrCodesFixed
		case p.state == Ended:
			return nil, ErrEnded
		}
		if err := t.InsertPromotionCodes(ctx, promotion, codes, w.at); err != nil {
			return nil, err
		}
		return codes, s.announce(ctx, t, w, p.told(CodesAdded{Promotion: p.ID, Count: len(codes)}))
	})
}

// codes checks the given codes and makes up the others.
func (s *Service) codes(req AddCodes) ([]string, error) {
	var c fault.Check
	checkMeta(&c, req.Meta)
	most := "must be at most " + strconv.Itoa(MaxNewCodes) + " in all"
	ok := c.That(len(req.Codes) <= MaxNewCodes, "codes", "too_many", most)
	ok = c.That(req.Generate >= 0 && req.Generate <= MaxNewCodes, "generate", "out_of_range", most) && ok
	if ok {
		c.Range("codes", int64(len(req.Codes)+req.Generate), 1, MaxNewCodes)
	}
	prefix := ""
	if req.Prefix != "" {
		prefix = checkCode(&c, "prefix", req.Prefix)
		c.That(len(prefix) <= 32, "prefix", "too_long", "must have at most 32 characters")
	}
	codes := make([]string, 0, min(MaxNewCodes, len(req.Codes)))
	for i, typed := range req.Codes[:min(len(req.Codes), MaxNewCodes)] {
		code := checkCode(&c, at("codes", i), typed)
		c.That(!slices.Contains(codes, code), at("codes", i), "duplicate", "must be given once")
		codes = append(codes, code)
	}
	if err := c.Err("promotion.add_codes"); err != nil {
		return nil, err
	}
	for range req.Generate {
		code, err := generate(s.random)
		if err != nil {
			return nil, fmt.Errorf("promotion: make up a code: %w", err)
		}
		codes = append(codes, prefix+code)
	}
	return codes, nil
}

// crockford leaves out I, L, O and U (crockford.com/base32.html).
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// generate makes up 12 characters of 5 random bits each.
func generate(random io.Reader) (string, error) {
	var b [12]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", err
	}
	for i := range b {
		b[i] = crockford[b[i]&31]
	}
	return string(b[:]), nil
}

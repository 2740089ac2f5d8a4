package main

import (
	"net/http"
	"sync"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
)

// sessions are the staff who are signed in. They end with the program, as the
// password does.
type sessions struct {
	clock clock.Clock

	mu   sync.Mutex
	open map[string]time.Time
}

func (s *site) staffPages(*http.ServeMux) {}

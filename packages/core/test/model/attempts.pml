/*
 * One task instance, as rows of the database, and everybody who may change it: two schedulers, two workers, announcements that come late, twice or
 * never, kill -9, sleep beyond the lease. What is proven, whatever the order of their steps:
 *
 *   - an attempt is started at most once, and no two attempts run while both may (invariants 1 and 2);
 *   - a report without permission changes nothing, and what is over stays over (3);
 *   - nothing is forgotten: the task instance comes to its end (6, 13, 15), as `comesToItsEnd` says.
 *
 * A step that the product does in one transaction is `atomic` here. A scheduler reads in one step and commits in another; in the product the commit is
 * conditional on the run's version, here on `stale`, which every commit sets for the other scheduler: what was read is then still so, or the
 * commit is refused. The variants are faults that the model must catch:
 *
 *   -DCHECK_OUTSIDE   the expiry of a lease writes without looking again at what it read
 *   -DNO_OUTBOX       the announcement is a call in memory after the commit, not a row within it
 *   -DNO_FENCE        a report counts for the task instance, whatever attempt it names
 *   -DADOPT_BY_OWNER  only the scheduler that queued an attempt looks after it
 *
 * In the product: Scheduler is services/scheduler (commit-round.ts) with the rescuer; Worker is a supervisor: executors/local with its lease keeper,
 * or a worker elsewhere; its first atomic step is /run of the execution API, its last the fenced report.
 */

#define ATTEMPTS 3 /* dispatches that the model follows; then it gives up, which the product never does */
#ifndef DEATHS
#define DEATHS 1 /* kill -9 of anybody, in all */
#endif

mtype = { SCHEDULED, QUEUED, RUNNING, SUCCESS, FAILED }

/* The rows. */
mtype state = SCHEDULED;
byte attempt = 0;      /* the current attempt; 0: none yet */
bool retried = false;  /* two tries: the first and one retry */
bool outbox = false;   /* an announcement waits to be sent */
bool lease = false;    /* an unexpired lease */
byte queuedBy = 0;

/* Announcements under way, by attempt. Each may come late, out of order and more than once. */
bool sent[ATTEMPTS + 1];
bool lost = false;

/* What a scheduler has read is not so any more. */
bool stale[2];

/* Ghosts: what the properties speak of; the product has no such thing. */
bool started[ATTEMPTS + 1];
byte running = 0; /* user code executed by somebody who may */
byte deaths = 0;

#define DONE (state == SUCCESS || state == FAILED)

inline touch() {
  stale[0] = true; stale[1] = true
}

/* What is over stays over: whoever changes the row shows that it was not. */
inline to(next) {
  assert(!DONE); state = next; lease = false; touch()
}

inline retryOrFail() {
  if
  :: !retried -> retried = true; to(SCHEDULED)
  :: else -> to(FAILED)
  fi
}

proctype Scheduler(byte me) {
  byte mine = 0;
  byte name = me;
again:
  if
  :: DONE -> goto finished
  :: atomic { state == SCHEDULED && stale[me] -> stale[me] = false }; goto dispatch
  :: atomic { state == QUEUED && outbox -> mine = attempt }; goto relay
#ifdef ADOPT_BY_OWNER
  :: atomic { state == QUEUED && !outbox && !sent[attempt] && queuedBy == name && stale[me] -> stale[me] = false }; goto adopt
#else
#ifndef NO_OUTBOX
  :: atomic { state == QUEUED && !outbox && !sent[attempt] && stale[me] -> stale[me] = false }; goto adopt
#endif
#endif
  :: atomic { state == RUNNING && !lease && stale[me] -> stale[me] = false }; goto expire
  fi;
dispatch:
  atomic {
    if
    :: stale[me] -> goto again
    :: else ->
       if
       :: attempt == ATTEMPTS -> to(FAILED); goto again
       :: else -> attempt++; to(QUEUED); queuedBy = name
       fi
    fi;
#ifdef NO_OUTBOX
    mine = attempt
  };
  if
  :: atomic { deaths < DEATHS -> deaths++ }
  :: sent[mine] = true
  fi;
  mine = 0; goto again;
#else
    outbox = true; goto again
  };
#endif
relay:
  sent[mine] = true;
  /* Sent and not marked: a crash in between sends again. */
  if
  :: atomic { deaths < DEATHS -> deaths++ }; goto restarted
  :: atomic { if :: state == QUEUED && attempt == mine -> outbox = false :: else fi }
  fi;
  mine = 0; goto again;
adopt:
  /* Nobody started it: the same try, another attempt. */
  atomic { if :: !stale[me] -> to(SCHEDULED) :: else fi }; goto again;
expire:
#ifdef CHECK_OUTSIDE
  atomic { retryOrFail() }; goto again;
#else
  atomic { if :: !stale[me] -> retryOrFail() :: else fi }; goto again;
#endif
restarted:
  /* Another process, with another name and without memory. */
  mine = 0; name = me + 2; goto again;
finished: skip
}

proctype Worker() {
  byte mine = 0;
again:
  if
  :: DONE -> goto finished
  :: atomic { sent[1] -> mine = 1 }
  :: atomic { sent[2] -> mine = 2 }
  :: atomic { sent[3] -> mine = 3 }
  fi;
  atomic {
    if
    :: state == QUEUED && attempt == mine ->
       assert(!started[mine]); started[mine] = true;
       /* Whoever ran before has ended, for its own clock ends it before its lease. */
       assert(running == 0); running++;
       to(RUNNING); lease = true; outbox = false;
       if
       :: sent[mine] = false
       :: skip /* it comes again */
       fi
    :: else -> sent[mine] = false; mine = 0; goto again
    fi
  };
  if
  :: atomic { deaths < DEATHS -> deaths++; running--; lease = false; mine = 0 }; goto again /* kill -9 */
  :: running--                                                                              /* user code ends */
  :: atomic { running--; lease = false }                          /* asleep beyond its lease; it reports late all the same */
  fi;
  atomic {
#ifdef NO_FENCE
    if :: state == RUNNING -> assert(attempt == mine); to(SUCCESS) :: else fi;
#else
    if :: state == RUNNING && attempt == mine -> to(SUCCESS) :: else fi;
#endif
    mine = 0; goto again
  };
finished: skip
}

/* Loses one announcement, whichever. */
proctype Broker() {
  if
  :: atomic { sent[attempt] -> sent[attempt] = false; lost = true }
  :: DONE
  fi
}

init {
  atomic { stale[0] = true; stale[1] = true; run Scheduler(0); run Scheduler(1); run Worker(); run Worker(); run Broker() }
}

/* Under weak fairness: whoever can go on does so at some time. */
ltl comesToItsEnd { <> DONE }

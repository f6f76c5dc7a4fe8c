/**
 * A small model that leads TLC through what it does for the models that Latchwork emits: the standard modules, sets,
 * records, sequences, an invariant, a printed value and a claim about runs. The algorithm stands there with its
 * translation and a checksum, and then TLC loads the PlusCal translator too.
 */

/** The `.tla` file. */
export const TRAINING_MODULE = `---- MODULE Training ----
EXTENDS Integers, Sequences, FiniteSets, TLC
CONSTANTS null, t1, t2
Threads == {t1, t2}
Has(list, element) == \\E i \\in 1..Len(list) : list[i] = element
Without(list, element) == SelectSeq(list, LAMBDA other : other # element)
(* --algorithm training
variables
  x = 0;
  queue = <<>>;
  word = [o \\in Threads |-> [owner |-> null, count |-> 0]];
  fault = {};
define
  Free(o) == word[o].owner = null
end define;
fair process t \\in Threads
variables old = 0;
begin
t_1:
  await Free(self);
  with one \\in {1, 2} do
    old := one;
  end with;
  word[self].owner := self || word[self].count := old;
t_2:
  either queue := Append(queue, self); or skip; end either;
  if Has(queue, self) then
    x := (x + 1) % 4;
    goto t_4;
  end if;
t_3:
  x := IF x = 0 THEN 0 ELSE x - 1;
t_4:
  queue := Without(queue, self);
  word := [word EXCEPT ![self] = [owner |-> null, count |-> Cardinality(fault)]];
end process;
end algorithm *)
\\* BEGIN TRANSLATION (chksum(pcal) = "0" /\\ chksum(tla) = "0")
VARIABLES x, queue, word, fault, pc, old

Free(o) == word[o].owner = null

vars == << x, queue, word, fault, pc, old >>

ProcSet == (Threads)

Init == /\\ x = 0
        /\\ queue = <<>>
        /\\ word = [o \\in Threads |-> [owner |-> null, count |-> 0]]
        /\\ fault = {}
        /\\ old = [self \\in Threads |-> 0]
        /\\ pc = [self \\in ProcSet |-> "t_1"]

t_1(self) == /\\ pc[self] = "t_1"
             /\\ Free(self)
             /\\ \\E one \\in {1, 2}:
                  old' = [old EXCEPT ![self] = one]
             /\\ word' = [word EXCEPT ![self].owner = self,
                                    ![self].count = old'[self]]
             /\\ pc' = [pc EXCEPT ![self] = "t_2"]
             /\\ UNCHANGED << x, queue, fault >>

t_2(self) == /\\ pc[self] = "t_2"
             /\\ \\/ /\\ queue' = Append(queue, self)
                \\/ /\\ TRUE
                   /\\ queue' = queue
             /\\ IF Has(queue', self)
                   THEN /\\ x' = (x + 1) % 4
                        /\\ pc' = [pc EXCEPT ![self] = "t_4"]
                   ELSE /\\ pc' = [pc EXCEPT ![self] = "t_3"]
                        /\\ x' = x
             /\\ UNCHANGED << word, fault, old >>

t_3(self) == /\\ pc[self] = "t_3"
             /\\ x' = (IF x = 0 THEN 0 ELSE x - 1)
             /\\ pc' = [pc EXCEPT ![self] = "t_4"]
             /\\ UNCHANGED << queue, word, fault, old >>

t_4(self) == /\\ pc[self] = "t_4"
             /\\ queue' = Without(queue, self)
             /\\ word' = [word EXCEPT ![self] = [owner |-> null, count |-> Cardinality(fault)]]
             /\\ pc' = [pc EXCEPT ![self] = "Done"]
             /\\ UNCHANGED << x, fault, old >>

t(self) == t_1(self) \\/ t_2(self) \\/ t_3(self) \\/ t_4(self)

Terminating == /\\ \\A self \\in ProcSet: pc[self] = "Done"
               /\\ UNCHANGED vars

Next == (\\E self \\in Threads: t(self)) \\/ Terminating

Spec == /\\ Init /\\ [][Next]_vars
        /\\ \\A self \\in Threads : WF_vars(t(self))
\\* END TRANSLATION
Good == fault = {} /\\ \\A o \\in Threads : word[o].owner \\in {null, o}
Seen == IF x # 3 \\/ TLCGet(1) THEN TRUE ELSE PrintT(<<"seen", x>>) /\\ TLCSet(1, TRUE)
ASSUME TLCSet(1, FALSE)
Ends == <>(\\A o \\in Threads : pc[o] = "Done")
====
`;

/** The `.cfg` file. */
export const TRAINING_CONFIG = `SPECIFICATION Spec
CONSTANTS
  null = null
  t1 = t1
  t2 = t2
INVARIANT Good
INVARIANT Seen
PROPERTY Ends
CHECK_DEADLOCK FALSE
`;

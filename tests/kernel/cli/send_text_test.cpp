// SPDX-License-Identifier: MIT
#include "kernel/cli/send_text.hpp"

#include "tests/support/catch.hpp"

using namespace tactus;
using namespace tactus::cli;

TEST_CASE("what routes did with an event is said by route") {
    CHECK(sending_text(*control::read_sending(R"({"number":3,"output":"synth"})")).empty());
    CHECK(sending_text(
              *control::read_sending(R"({"number":3,"input":"desk","result":"routed","routes":[)"
                                     R"({"route":"drums","line":20,"result":"delivered"},)"
                                     R"({"route":"route 2","line":30,"result":"filtered"}]})")) ==
          "drums (line 20): delivered\nroute 2 (line 30): filtered\n");
    CHECK(sending_text(
              *control::read_sending(R"({"result":"unrouted","reason":"no_route","routes":[]})")) ==
          "no route took it: no_route\n");
    CHECK(sending_text(
              *control::read_sending(R"({"result":"rejected","reason":"rate","routes":[]})")) ==
          "it was rejected: rate\n");
    CHECK_FALSE(control::read_sending("3").has_value());
}

TEST_CASE("what became of deliveries is said by output") {
    const auto all =
        control::read_outcome(R"({"taken_back":false,"unknown":0,"deliveries":[)"
                              R"({"output":"synth","result":"sent","late_s":0.000000},)"
                              R"({"output":"fx","result":"sent","late_s":0.001500},)"
                              R"({"output":"fx","result":"sent","late_s":0.9996},)"
                              R"({"output":"fx","result":"sent","late_s":599.987}]})");
    CHECK(outcome_text(*all) == "synth: sent in time\nfx: sent, 1.5 ms late\n"
                                "fx: sent, 1 s late\nfx: sent, 600 s late\n");
    CHECK(all->is_all_sent());

    const auto some = control::read_outcome(
        R"({"unknown":1,"deliveries":[{"output":"fx","result":"dropped","reason":"queue_full"}]})");
    CHECK(outcome_text(*some) == "fx: dropped: queue_full\n1 delivery did not leave: cancelled, "
                                 "displaced by a newer event, or still waiting.\n");
    CHECK_FALSE(some->is_all_sent());

    const auto back = control::read_outcome(R"({"taken_back":true,"unknown":1,"deliveries":[]})");
    CHECK(outcome_text(*back) == "The waiting events were taken back.\n");
    CHECK_FALSE(back->is_all_sent());
}

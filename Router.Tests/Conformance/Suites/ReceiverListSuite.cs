using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/pubsub_subscriber_blackwhite_listing.md: ann publishes, all four are subscribed; ann and abe are managers, sue and sam are staff.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class ReceiverListSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    private readonly Dictionary<string, Peer> _members = [];

    [SetUp]
    public async Task SubscribeAllAsync()
    {
        _members.Clear();
        foreach (var name in new[] { "ann", "abe", "sue", "sam" })
        {
            var member = await LogInAsync(name);
            await member.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");
            _members.Add(name, member);
        }
    }

    [Test]
    [Shows("bwlist.feature", "bwlist.exclude", "bwlist.eligible")]
    public async Task Publish_ListsOfSessions_DecideWhoReceives()
    {
        await ExpectReceiversAsync(""" "exclude":["$abe","$sam"] """, "sue");
        await ExpectReceiversAsync(""" "eligible":["$abe","$sam"] """, "abe sam");
    }

    [Test]
    [Shows("bwlist.feature", "bwlist.exclude-authid", "bwlist.eligible-authid")]
    public async Task Publish_ListsOfNames_DecideWhoReceives()
    {
        await ExpectReceiversAsync(""" "exclude_authid":["abe","nobody"] """, "sue sam");
        await ExpectReceiversAsync(""" "eligible_authid":["abe","nobody"] """, "abe");
    }

    [Test]
    [Shows("bwlist.feature", "bwlist.exclude-authrole", "bwlist.eligible-authrole")]
    public async Task Publish_ListsOfRoles_DecideWhoReceives()
    {
        await ExpectReceiversAsync(""" "exclude_authrole":["staff"] """, "abe");
        await ExpectReceiversAsync(""" "eligible_authrole":["staff"] """, "sue sam");
    }

    [Test]
    [Shows("bwlist.all-hold")]
    public async Task Publish_SeveralLists_AllHold()
    {
        await ExpectReceiversAsync(""" "eligible":["$abe","$sue","$sam"],"exclude":["$abe"] """, "sue sam");
        await ExpectReceiversAsync(""" "eligible_authrole":["staff"],"exclude_authid":["sam"] """, "sue");
        await ExpectReceiversAsync(""" "eligible":["$abe"],"eligible_authrole":["staff"] """, "");
    }

    [TestCase("eligible")]
    [TestCase("eligible_authid")]
    [TestCase("eligible_authrole")]
    [Shows("bwlist.empty")]
    public async Task Publish_EmptyList_OfThoseEligibleIsNobodyOfThoseExcludedToo(string whitelist)
    {
        await ExpectReceiversAsync($" \"{whitelist}\":[] ", "");
        await ExpectReceiversAsync($" \"{whitelist.Replace("eligible", "exclude", StringComparison.Ordinal)}\":[] ", "abe sue sam");
    }

    [Test]
    [Shows("bwlist.exclude-me-stays")]
    public async Task Publish_ThePublisherIsEligible_ReceivesOnlyIfItIsNotExcludedAsPublisher()
    {
        await ExpectReceiversAsync(""" "eligible":["$ann","$sue"] """, "sue");

        await _members["ann"].SendAsync("""[16,9,{"eligible":["$ann"],"exclude_me":false},"com.topic"]""");

        await _members["ann"].ExpectAsync("""[36,"$subscription","*",{"trustlevel":7}]""");
        await _members["sue"].ExpectNothingAsync();
    }

    [Test]
    [Shows("bwlist.only-subscribers")]
    public async Task Publish_EligibleSessionIsNotSubscribed_DoesNotReceive()
    {
        await _members["sue"].ExchangeAsync("""[34,2,"$subscription"]""", "[35,2]");

        await ExpectReceiversAsync(""" "eligible":["$sue","$sam"] """, "sam");
    }

    [TestCase("\"exclude\":7")]
    [TestCase("\"eligible\":[\"sue\"]")]
    [TestCase("\"exclude_authid\":\"sue\"")]
    [TestCase("\"eligible_authrole\":[1]")]
    [Shows("bwlist.wrong-type")]
    public async Task Publish_ListOfTheWrongType_AbortsTheSessionAndReachesNobody(string option)
    {
        await _members["ann"].SendAsync($$"""[16,9,{{{option}}},"com.topic"]""");

        await _members["ann"].ExpectViolationAsync();
        await _members["sue"].ExpectNothingAsync();
    }

    private async Task ExpectReceiversAsync(string lists, string receivers)
    {
        await _members["ann"].ExchangeAsync($$"""[16,9,{"acknowledge":true,{{lists}}},"com.topic",["x"]]""", """[17,9,"*"]""");
        foreach (var (name, member) in _members)
        {
            if (receivers.Split(' ').Contains(name))
            {
                await member.ExpectAsync("""[36,"$subscription","*",{"trustlevel":7},["x"]]""");
            }

            await member.ExpectNothingAsync();
        }
    }
}

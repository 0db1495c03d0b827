using System.Globalization;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Settings;
using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/pubsub_event_history.md, with the subscriptions of its example.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class EventHistorySuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    private Peer _publisher = null!;
    private Peer _reader = null!;

    protected override RealmSettings Realm => ConformanceRouter.Open with
    {
        History =
        [
            new HistorySettings { Uri = "com.log.auth" },
            new HistorySettings { Uri = "com.log.basket" },
            new HistorySettings { Uri = "com.log", Match = MatchPolicy.Prefix },
            new HistorySettings { Uri = "closed.to.all.guests.log" },
        ],
    };

    [SetUp]
    public async Task JoinBothAsync()
    {
        _publisher = await JoinAsync("publisher");
        _reader = await ConnectAsync();
        await _reader.ExchangeAsync($"""[1,"{ConformanceRouter.OpenRealm}",{Peer.EveryFeature}]""", """[2,"$reader",{"authid":"$authid","...":"*"}]""");
        await LookUpAsync("auth", "com.log.auth", "exact");
        await LookUpAsync("basket", "com.log.basket", "exact");
        await LookUpAsync("log", "com.log", "prefix");
    }

    [Test]
    [Shows("history.feature", "history.by-subscription", "history.unsubscribed-topics")]
    public async Task GetEvents_OfEachSubscription_AreThoseItMatches()
    {
        await PublishAsync("com.log.auth", "1");
        await PublishAsync("com.log.basket", "2");
        await PublishAsync("com.log.basket", "3");
        await PublishAsync("com.log.checkout", "4");

        await ExpectEventsAsync("auth", "{}", "1");
        await ExpectEventsAsync("basket", "{}", "2", "3");
        await ExpectEventsAsync("log", "{}", "1", "2", "3", "4");
    }

    [Test]
    [Shows("history.event")]
    public async Task GetEvents_AnEvent_HasTheAttributesOfTheSpecification()
    {
        var before = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        await _publisher.ExchangeAsync("""[16,1,{"acknowledge":true,"disclose_me":true},"com.log.auth",[1,"two"],{"three":[3]}]""", """[17,1,"$publication"]""");
        await _publisher.ExchangeAsync("""[16,2,{"acknowledge":true},"com.log.auth"]""", """[17,2,"$bare"]""");

        await _reader.ExchangeAsync("""[48,1,{},"wamp.subscription.get_events",["$auth"]]""", """
            [50,1,{},[[
              {"timestamp":"$first","subscription":"$auth","publication":"$publication","details":{"topic":"com.log.auth","publisher":"$publisher","publisher_authid":"*text","publisher_authrole":"guest"},"args":[1,"two"],"kwargs":{"three":[3]}},
              {"timestamp":"$second","subscription":"$auth","publication":"$bare","details":{"topic":"com.log.auth"}}]]]
            """);
        Assert.That(TimeOf("first"), Is.InRange(before, TimeProvider.System.GetUtcNow()), "in UTC, as RFC 3339 has it");
        Assert.That(TimeOf("second"), Is.GreaterThanOrEqualTo(TimeOf("first")));
    }

    [Test]
    [Shows("history.empty")]
    public async Task GetEvents_NothingWasPublishedOrEverythingIsFilteredOut_IsAnEmptyList()
    {
        await PublishAsync("com.log.auth", "1");

        await ExpectEventsAsync("basket", "{}");
        await ExpectEventsAsync("log", """{"topic":"com.log.other"}""");
    }

    [Test]
    [Shows("history.reverse", "history.limit", "history.topic", "history.all-hold")]
    public async Task GetEvents_ReverseLimitAndTopic_ChooseAndOrderThem()
    {
        await PublishSixAsync();

        await ExpectEventsAsync("log", """{"reverse":true}""", "6", "5", "4", "3", "2", "1");
        await ExpectEventsAsync("log", """{"limit":2}""", "1", "2");
        await ExpectEventsAsync("log", """{"topic":"com.log.auth"}""", "1", "3", "5");
        await ExpectEventsAsync("log", """{"topic":"com.log.auth","limit":2,"reverse":true}""", "5", "3");
    }

    [Test]
    [Shows("history.publications", "history.all-hold")]
    public async Task GetEvents_ConditionsOnPublications_MeanTheirPlaces()
    {
        await PublishSixAsync();

        await ExpectEventsAsync("log", """{"from_publication":"$p3"}""", "3", "4", "5", "6");
        await ExpectEventsAsync("log", """{"after_publication":"$p3"}""", "4", "5", "6");
        await ExpectEventsAsync("log", """{"before_publication":"$p3"}""", "1", "2");
        await ExpectEventsAsync("log", """{"until_publication":"$p3"}""", "1", "2", "3");
        await ExpectEventsAsync("log", """{"after_publication":"$p2","before_publication":"$p5"}""", "3", "4");
    }

    [Test]
    [Shows("history.pages")]
    public async Task GetEvents_PageByPage_AreAllInEitherDirection()
    {
        await PublishSixAsync();

        await ExpectEventsAsync("log", """{"limit":4}""", "1", "2", "3", "4");
        await ExpectEventsAsync("log", """{"limit":4,"after_publication":"$p4"}""", "5", "6");
        await ExpectEventsAsync("log", """{"limit":4,"reverse":true}""", "6", "5", "4", "3");
        await ExpectEventsAsync("log", """{"limit":4,"reverse":true,"before_publication":"$p3"}""", "2", "1");
    }

    [Test]
    [Shows("history.times", "history.times-as-told")]
    public async Task GetEvents_ConditionsOnTimes_HoldForTheTimestampsTold()
    {
        await PublishSixAsync();
        await _reader.ExchangeAsync("""[48,1,{},"wamp.subscription.get_events",["$log"],{"from_publication":"$p3","limit":1}]""", """[50,1,{},[[{"timestamp":"$third","...":"*"}]]]""");

        await ExpectEventsAsync("log", """{"from_time":"$third"}""", "3", "4", "5", "6");
        await ExpectEventsAsync("log", """{"after_time":"$third"}""", "4", "5", "6");
        await ExpectEventsAsync("log", """{"before_time":"$third"}""", "1", "2");
        await ExpectEventsAsync("log", """{"until_time":"$third"}""", "1", "2", "3");
    }

    [Test]
    [Shows("history.sessions-named")]
    public async Task Publish_ReceiversNamedBySession_IsNotKept()
    {
        await PublishAsync("com.log.auth", "1", ""","exclude":[4711]""");
        await PublishAsync("com.log.auth", "2", ""","eligible":["$reader"]""");

        await ExpectEventsAsync("auth", "{}");
    }

    [Test]
    [Shows("history.names-and-roles")]
    public async Task Publish_ReceiversNamedByNameOrRole_HoldForWhoAsks()
    {
        await PublishAsync("com.log.auth", "for reader", ""","eligible_authid":["$authid"]""");
        await PublishAsync("com.log.auth", "for guests", ""","eligible_authrole":["guest"]""");
        await PublishAsync("com.log.auth", "for admins", ""","eligible_authrole":["admin"]""");
        await PublishAsync("com.log.auth", "not for reader", ""","exclude_authid":["$authid"]""");
        await PublishAsync("com.log.auth", "not for guests", ""","exclude_authrole":["guest"]""");

        await ExpectEventsAsync("auth", "{}", "for reader", "for guests");
    }

    [Test]
    [Shows("history.not-authorized")]
    public async Task GetEvents_OfASubscriptionTheRoleMayNotHave_IsRefused()
    {
        await LookUpAsync("forbidden", "closed.to.all.guests.log", "exact");

        await _reader.ExchangeAsync("""[48,2,{},"wamp.subscription.get_events",["$forbidden"]]""", """[8,48,2,{},"wamp.error.not_authorized",["*text"]]""");
    }

    [Test]
    [Shows("history.announced")]
    public async Task Welcome_Broker_AnnouncesIt()
    {
        var peer = await ConnectAsync();

        await peer.ExchangeAsync($"""[1,"open",{Peer.NoFeature}]""", """[2,"*",{"...":"*","roles":{"...":"*","broker":{"...":"*","features":{"...":"*","event_history":true}}}}]""");
    }

    [Test]
    [Shows("history.position-of-limit")]
    public async Task GetEvents_LimitByPosition_Holds()
    {
        await PublishSixAsync();

        await _reader.ExchangeAsync("""[48,2,{},"wamp.subscription.get_events",["$log",1]]""", """[50,2,{},[[{"args":["1"],"...":"*"}]]]""");
    }

    [TestCase("from_publication")]
    [TestCase("after_publication")]
    [TestCase("before_publication")]
    [TestCase("until_publication")]
    [Shows("history.gone-publication")]
    public Task GetEvents_PublicationThatIsNotThere_IsRefused(string condition) =>
        _reader.ExchangeAsync($$$"""[48,2,{},"wamp.subscription.get_events",["$log"],{"{{{condition}}}":4711}]""", """[8,48,2,{},"wamp.error.invalid_argument",["*"]]""");

    [Test]
    [Shows("history.none-kept")]
    public async Task GetEvents_OfASubscriptionWithoutAHistory_IsRefused()
    {
        await _reader.ExchangeAsync("""[32,5,{},"com.plain"]""", """[33,5,"$plain"]""");

        await _reader.ExchangeAsync("""[48,2,{},"wamp.subscription.get_events",["$plain"]]""", """[8,48,2,{},"wamp.error.history_unavailable",["*"]]""");
    }

    [Test]
    [Shows("history.dummy-subscription", "subscription-meta.match", "subscription-meta.create-before-subscribe", "subscription-meta.unsubscribe-before-delete")]
    public async Task Subscribe_FirstAndLastOfASubscriptionWithAHistory_AreToldLikeThoseOfAnyOther()
    {
        await _publisher.ExchangeAsync("""[48,1,{},"wamp.subscription.match",["com.log.auth"]]""", "[50,1,{},[null]]");
        await _publisher.ExchangeAsync("""[32,2,{"match":"prefix"},"wamp.subscription.on_"]""", """[33,2,"$meta"]""");

        await _reader.ExchangeAsync("""[32,5,{},"com.log.auth"]""", """[33,5,"$auth"]""");
        await ExpectMetaAsync("on_create", """["$reader",{"id":"$auth","uri":"com.log.auth","...":"*"}]""");
        await ExpectMetaAsync("on_subscribe", """["$reader","$auth"]""");
        await _publisher.ExchangeAsync("""[48,3,{},"wamp.subscription.match",["com.log.auth"]]""", """[50,3,{},[["$auth"]]]""");

        await _reader.ExchangeAsync("""[34,6,"$auth"]""", "[35,6]");
        await ExpectMetaAsync("on_unsubscribe", """["$reader","$auth"]""");
        await ExpectMetaAsync("on_delete", """["$reader","$auth"]""");
        await ExpectEventsAsync("auth", "{}");
    }

    [TestCase("[4711]", "wamp.error.no_such_subscription")]
    [TestCase("[]", "wamp.error.invalid_argument")]
    [TestCase("""["$log"],{"limit":0}""", "wamp.error.invalid_argument")]
    [TestCase("""["$log"],{"reverse":1}""", "wamp.error.invalid_argument")]
    [TestCase("""["$log"],{"from_time":"yesterday"}""", "wamp.error.invalid_argument")]
    [TestCase("""["$log"],{"after_publication":"1"}""", "wamp.error.invalid_argument")]
    [Shows("history.wrong-arguments")]
    public Task GetEvents_WrongArguments_AreRefused(string payload, string error) =>
        _reader.ExchangeAsync($$"""[48,2,{},"wamp.subscription.get_events",{{payload}}]""", $$"""[8,48,2,{},"{{error}}","..."]""");

    [Test]
    [Shows("history.dummy-subscription")]
    public async Task Subscribe_SubscriptionWithAHistory_IsTheOneThatIsThereAndStays()
    {
        await _reader.ExchangeAsync("""[32,5,{"match":"prefix"},"com.log"]""", """[33,5,"$log"]""");
        await _reader.ExchangeAsync("""[34,6,"$log"]""", "[35,6]");

        await LookUpAsync("log", "com.log", "prefix");
    }

    private Task LookUpAsync(string name, string uri, string match) =>
        _reader.ExchangeAsync($$"""[48,1,{},"wamp.subscription.lookup",["{{uri}}",{"match":"{{match}}"}]]""", $$"""[50,1,{},["${{name}}"]]""");

    private Task ExpectMetaAsync(string name, string arguments) =>
        _publisher.ExpectAsync($$"""[36,"$meta","*",{"topic":"wamp.subscription.{{name}}"},{{arguments}}]""");

    private async Task PublishSixAsync()
    {
        for (var i = 1; i <= 6; i++)
        {
            await PublishAsync(i % 2 == 0 ? "com.log.basket" : "com.log.auth", $"{i}");
        }
    }

    private Task PublishAsync(string topic, string text, string options = "") =>
        _publisher.ExchangeAsync($$"""[16,1,{"acknowledge":true{{options}}},"{{topic}}",["{{text}}"]]""", $"""[17,1,"$p{text}"]""");

    private async Task ExpectEventsAsync(string subscription, string conditions, params string[] texts)
    {
        var events = string.Join(",", texts.Select(text => $$"""{"args":["{{text}}"],"...":"*"}"""));
        await _reader.ExchangeAsync($"""[48,2,{Empty},"wamp.subscription.get_events",["${subscription}"],{conditions}]""", $"[50,2,{Empty},[[{events}]]]");
    }

    private DateTimeOffset TimeOf(string name) =>
        DateTimeOffset.ParseExact(Text(name), ["yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private const string Empty = "{}";
}

/// <summary>The same text, "Security Aspects", where a role may subscribe to the topic and not call the procedure, or the other way round.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class EventHistoryPermissionSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    protected override RealmSettings Realm => ConformanceRouter.Open with
    {
        Roles =
        [
            new RoleSettings
            {
                Name = "guest",
                Permissions =
                [
                    new PermissionRule { Uri = "", Match = MatchPolicy.Prefix, Allow = Permissions.Subscribe },
                    new PermissionRule { Uri = "wamp.subscription.lookup", Match = MatchPolicy.Exact, Allow = Permissions.Call },
                ],
            },
        ],
        History = [new HistorySettings { Uri = "com.log" }],
    };

    [Test]
    [Shows("history.call-not-authorized")]
    public async Task GetEvents_TheRoleMaySubscribeButNotCallIt_IsRefused()
    {
        var reader = await JoinAsync("reader");
        await reader.ExchangeAsync("""[48,1,{},"wamp.subscription.lookup",["com.log"]]""", """[50,1,{},["$log"]]""");
        await reader.ExchangeAsync("""[32,2,{},"com.log"]""", """[33,2,"$log"]""");

        await reader.ExchangeAsync("""[48,3,{},"wamp.subscription.get_events",["$log"]]""", """[8,48,3,{},"wamp.error.not_authorized",["*text"]]""");
    }
}

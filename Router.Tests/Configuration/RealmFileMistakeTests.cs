using System.Text;

namespace WampRouter.Tests.Configuration;

/// <summary>Every mistake a realm file can have, where it is reported, and in which words.</summary>
public sealed class RealmFileMistakeTests
{
    private const string Start = """{ "name": "a", "roles": [ { "name": "r" } ], "authentication": { "anonymous": { "role": "r" } } """;
    private const string NoTokenHash = "is not the hash of a token; 'make-token' makes a token and its hash (a token in clear text is refused on purpose)";
    private const string NoTime = "must be a date and a time with its offset, such as 2027-06-30T00:00:00Z or 2027-06-30T00:00:00+02:00";
    private const string Sha256OfNothing = "sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    // What follows the minimal realm, and the mistake. The place of '§' is the place reported.
    private static readonly TestCaseData[] Members =
    [
        Case("UnknownKey_Near", ", §\"uriChek\": \"loose\"", "$.uriChek", "unknown key 'uriChek'; did you mean 'uriCheck'?"),
        Case("UnknownKey_OtherCase", ", §\"URICHECK\": \"loose\"", "$.URICHECK", "unknown key 'URICHECK'; did you mean 'uriCheck'?"),
        Case("UnknownKey_Far", ", §\"x y\": 1", "$['x y']", "unknown key 'x y'; the keys here are 'comment', '$schema', 'uriCheck', 'roles', 'name', 'allowDiscloseMe', 'progressNeedsCanceling', 'retained', 'history', 'statistics', 'authorizer', 'limits', 'authentication', 'requestIds', 'overflow', 'resumption', 'webhooks'"),
        Case("UnknownKey_ControlCharacters", ", §\"\\u001b[2J\": 1", "$['\uFFFD[2J']", "unknown key '\uFFFD[2J'; the keys here are 'comment', '$schema', 'uriCheck', 'roles', 'name', 'allowDiscloseMe', 'progressNeedsCanceling', 'retained', 'history', 'statistics', 'authorizer', 'limits', 'authentication', 'requestIds', 'overflow', 'resumption', 'webhooks'"),
        Case("DuplicateKey", ",\n §\"name\": \"b\"", "$.name", "key 'name' is there twice; the first is on line 1"),
        Case("Choice_OtherWord", ", \"uriCheck\": §\"lose\"", "$.uriCheck", "must be one of 'loose', 'strict', not 'lose'"),
        Case("Choice_NoText", ", \"overflow\": §true", "$.overflow", "must be one of 'disconnect', 'drop-events', not true"),
        Case("Choice_Number", ", \"requestIds\": §\"2\"", "$.requestIds", "must be one of 'off', 'log', 'monotonic', 'strict', not '2'"),
        Case("Text_Null", ", \"comment\": §null", "$.comment", "must be a text, not null"),
        Case("Object_List", ", \"limits\": §[]", "$.limits", "must be an object {…}, not a list […]"),
        Case("HalfSurrogate", @", ""limits"": { ""comment"": §""\ud800"" }", "$.limits.comment", @"the text has an impossible \u escape: half of a surrogate pair"),
        Case("HalfSurrogate_InAChoice", @", ""uriCheck"": §""\ud800""", "$.uriCheck", @"the text has an impossible \u escape: half of a surrogate pair"),
        Case("Integer_TooSmall", ", \"limits\": { \"maxSessions\": §0 }", "$.limits.maxSessions", "must be a whole number from 1 to 100000000, not 0"),
        Case("Integer_TooLarge", ", \"limits\": { \"maxSessions\": §1e99 }", "$.limits.maxSessions", "must be a whole number from 1 to 100000000, not 1e99"),
        Case("Integer_Fraction", ", \"limits\": { \"maxSessions\": §1.5 }", "$.limits.maxSessions", "must be a whole number from 1 to 100000000, not 1.5"),
        Case("Integer_Text", ", \"limits\": { \"maxSessions\": §\"5\" }", "$.limits.maxSessions", "must be a number, not a text"),
        Case("History_Twice", ", \"history\": [ { \"uri\": \"a\" }, { \"uri\": §\"a\", \"match\": \"exact\" } ]", "$.history[1].uri", "a history of 'a (exact)' is there twice; the first is on line 1"),
        Case("History_OfTheProtocol", ", \"history\": [ { \"uri\": §\"wamp.x\" } ]", "$.history[0].uri", "nothing is ever published to 'wamp.x': of topics below 'wamp.' there are only the router's own"),
        Case("History_OfTheProtocolNear", ", \"history\": [ { \"uri\": §\"wamp.session.on_joined\" } ]", "$.history[0].uri", "nothing is ever published to 'wamp.session.on_joined': of topics below 'wamp.' there are only the router's own; did you mean 'wamp.session.on_join'?"),
        Case("History_Control", ", \"history\": [ { \"uri\": §\"com.a\\u0000\" } ]", "$.history[0].uri", "'com.a\uFFFD' holds a control character"),
        Case("History_Exact", ", \"history\": [ { \"uri\": §\"a.\" } ]", "$.history[0].uri", "'a.' ends with a dot, so it is the beginning of URIs: add \"match\": \"prefix\""),
        Case("History_Star", ", \"history\": [ { \"uri\": §\"com.*\" } ]", "$.history[0].uri", "'com.*' is no pattern here; write \"uri\": \"com.\", \"match\": \"prefix\""),
        Case("Resumption_TooLong", ", \"resumption\": { \"windowSeconds\": §86401 }", "$.resumption.windowSeconds", "must be a whole number from 0 to 86400, not 86401"),
        Case("Resumption_NoBytes", ", \"resumption\": { \"maxBytes\": §-1 }", "$.resumption.maxBytes", "must be a whole number from 0 to 2147483647, not -1"),
        Case("Retained_NoAge", ", \"retained\": { \"maxAgeSeconds\": §0 }", "$.retained.maxAgeSeconds", "must be a whole number from 1 to 1000000000, not 0"),
        Case("Nested_UnknownKey", ", \"limits\": { §\"maxSession\": 5 }", "$.limits.maxSession", "unknown key 'maxSession'; did you mean 'maxSessions'?"),
    ];

    private static readonly TestCaseData[] Rules =
    [
        Case("NoObject", "§true", "[0]", "must be an object {…}, not true"),
        Case("NoUri", "§{ \"allow\": {} }", "[0]", "'uri' is missing"),
        Case("NoAllow", "§{ \"uri\": \"a\" }", "[0]", "'allow' is missing"),
        Case("AllowMisspelt", "{ \"uri\": \"a\", §\"alow\": {} }", "[0].alow", "unknown key 'alow'; did you mean 'allow'?"),
        Case("Match_OtherWord", "{ \"uri\": \"a\", \"match\": §\"glob\", \"allow\": {} }", "[0].match", "must be one of 'exact', 'prefix', 'wildcard', not 'glob'"),
        Case("Allow_NoBoolean", "{ \"uri\": \"a\", \"allow\": { \"call\": §\"yes\" } }", "[0].allow.call", "must be true or false, not a text"),
        Case("Allow_UnknownKey", "{ \"uri\": \"a\", \"allow\": { §\"subscibe\": true } }", "[0].allow.subscibe", "unknown key 'subscibe'; did you mean 'subscribe'?"),
        Case("Disclose_UnknownKey", "{ \"uri\": \"a\", \"allow\": {}, \"disclose\": { §\"callers\": true } }", "[0].disclose.callers", "unknown key 'callers'; did you mean 'caller'?"),
        Case("Uri_EmptyExact", "{ \"uri\": §\"\", \"allow\": {} }", "[0].uri", "must not be empty; only \"match\": \"prefix\" takes an empty URI, which stands for all"),
        Case("Uri_Space", "{ \"uri\": §\"a b\", \"allow\": {} }", "[0].uri", "'a b' is not valid: a URI has no spaces and no '#', and only a wildcard pattern has an empty component"),
        Case("Uri_EmptyComponent", "{ \"uri\": §\"a..b\", \"match\": \"prefix\", \"allow\": {} }", "[0].uri", "'a..b' has an empty component, which stands for any one only with \"match\": \"wildcard\""),
        Case("Wildcard_Hash", "{ \"uri\": §\"a..#\", \"match\": \"wildcard\", \"allow\": {} }", "[0].uri", "'a..#' is no pattern here; write \"uri\": \"a..\", \"match\": \"wildcard\", where an empty component stands for any one"),
        Case("Uri_Crossbar", "{ \"uri\": §\"com.shop.*\", \"allow\": {} }", "[0].uri", "'com.shop.*' is no pattern here; write \"uri\": \"com.shop.\", \"match\": \"prefix\""),
        Case("Uri_CrossbarWithinAComponent", "{ \"uri\": §\"com.shop*\", \"allow\": {} }", "[0].uri", "'com.shop*' is no pattern here; write \"uri\": \"com.shop\", \"match\": \"prefix\""),
        Case("Uri_StarAlone", "{ \"uri\": §\"*\", \"allow\": {} }", "[0].uri", "'*' is no pattern here; write \"uri\": \"\", \"match\": \"prefix\", which stands for all"),
        Case("Uri_StarAsPrefix", "{ \"uri\": §\"com.shop.*\", \"match\": \"prefix\", \"allow\": {} }", "[0].uri", "'com.shop.*' is no pattern here; write \"uri\": \"com.shop.\", \"match\": \"prefix\""),
        Case("Uri_StarInside", "{ \"uri\": §\"com.*.created\", \"match\": \"wildcard\", \"allow\": {} }", "[0].uri", "'com.*.created' is no pattern here; write \"uri\": \"com..created\", \"match\": \"wildcard\", where an empty component stands for any one"),
        Case("Uri_Mqtt", "{ \"uri\": §\"com.shop.#\", \"allow\": {} }", "[0].uri", "'com.shop.#' is no pattern here; write \"uri\": \"com.shop.\", \"match\": \"prefix\""),
        Case("Uri_MqttInside", "{ \"uri\": §\"com.+.x\", \"allow\": {} }", "[0].uri", "'com.+.x' is no pattern here; write \"uri\": \"com..x\", \"match\": \"wildcard\", where an empty component stands for any one"),
        Case("Uri_Nats", "{ \"uri\": §\"com.shop.>\", \"allow\": {} }", "[0].uri", "'com.shop.>' is no pattern here; write \"uri\": \"com.shop.\", \"match\": \"prefix\""),
        Case("Uri_StarAnywhere", "{ \"uri\": §\"com.a*b\", \"allow\": {} }", "[0].uri", "'com.a*b' is no pattern here; write what the URIs begin with and \"match\": \"prefix\", or leave components empty with \"match\": \"wildcard\""),
        Case("Uri_TrailingDot", "{ \"uri\": §\"com.shop.\", \"allow\": {} }", "[0].uri", "'com.shop.' ends with a dot, so it is the beginning of URIs: add \"match\": \"prefix\""),
        Case("Match_Star", "{ \"uri\": \"a\", \"match\": §\"*\", \"allow\": {} }", "[0].match", "must be one of 'exact', 'prefix', 'wildcard', not '*'"),
        Case("SameRuleTwice", "{ \"uri\": \"a\", \"allow\": {} }, { \"match\": \"exact\", \"uri\": §\"a\", \"allow\": {} }", "[1].uri", "a rule for 'a (exact)' is there twice; the first is on line 1"),
    ];

    private static readonly TestCaseData[] Authentications =
    [
        Case("NoMethod", "§{ }", "", "must have at least one of 'anonymous', 'ticket', 'wampcra', 'bearer': without a method nobody can join"),
        Case("UnknownMethod", "{ \"anonymous\": { \"role\": \"r\" }, §\"scram\": {} }", ".scram", "unknown key 'scram'; the keys here are 'comment', 'anonymous', 'ticket', 'wampcra', 'bearer'"),
        Case("Anonymous_UnknownRole", "{ \"anonymous\": { \"role\": §\"R\" } }", ".anonymous.role", "there is no role 'R'; did you mean 'r'?"),
        Case("MethodMisspelt", "{ §\"anonymus\": { \"role\": \"r\" } }", ".anonymus", "unknown key 'anonymus'; did you mean 'anonymous'?"),
        Case("Anonymous_NoRole", "{ \"anonymous\": §{ } }", ".anonymous", "'role' is missing"),
        Case("Ticket_NoPrincipals", "{ \"ticket\": §{ } }", ".ticket", "'principals' is missing"),
        Case("Ticket_EmptyPrincipals", "{ \"ticket\": { \"principals\": §[ ] } }", ".ticket.principals", "must not be empty"),
        Case("WampCra_NoPrincipals", "{ \"wampcra\": §{ } }", ".wampcra", "'principals' is missing"),
        Case("WampCra_NoSecrets", Signer("§{ \"authid\": \"joe\", \"role\": \"r\" }"), ".wampcra.principals[0]", "'secrets' is missing"),
        Case("WampCra_EmptySecret", Signer("{ \"authid\": \"joe\", \"role\": \"r\", \"secrets\": [§\"\"] }"), ".wampcra.principals[0].secrets[0]", "must not be empty"),
        Case("WampCra_PlainWithSalt", Signer("{ \"authid\": \"joe\", \"role\": \"r\", \"salt\": \"AAECAwQFBgcICQoLDA0ODw==\", \"secrets\": [§\"letmein\"] }"), ".wampcra.principals[0].secrets[0]", "must be a derived key of 32 bytes in Base64, because there is a 'salt'; make one with 'derive-secret'"),
        Case("WampCra_OtherKeyLength", Signer("{ \"authid\": \"joe\", \"role\": \"r\", \"salt\": \"AAECAwQFBgcICQoLDA0ODw==\", \"keylen\": 16, \"secrets\": [§\"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\"] }"), ".wampcra.principals[0].secrets[0]", "must be a derived key of 16 bytes in Base64, because there is a 'salt'; make one with 'derive-secret'"),
        Case("WampCra_IterationsWithoutSalt", Signer("{ \"authid\": \"joe\", \"role\": \"r\", \"iterations\": §5000, \"secrets\": [\"x\"] }"), ".wampcra.principals[0].iterations", "says how clients derive their secret from a password, and without 'salt' they do not"),
        Case("WampCra_FewIterations", Signer("{ \"authid\": \"joe\", \"role\": \"r\", \"salt\": \"AAECAwQFBgcICQoLDA0ODw==\", \"iterations\": §999, \"secrets\": [\"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\"] }"), ".wampcra.principals[0].iterations", "must be a whole number from 1000 to 10000000, not 999"),
        Case("WampCra_UnknownRole", Signer("{ \"authid\": \"joe\", \"role\": §\"R\", \"secrets\": [\"x\"] }"), ".wampcra.principals[0].role", "there is no role 'R'; did you mean 'r'?"),
        Case("Principal_NoTickets", Principal("§{ \"authid\": \"joe\", \"role\": \"r\" }"), ".ticket.principals[0]", "'tickets' is missing"),
        Case("Principal_EmptyTickets", Principal("{ \"authid\": \"joe\", \"role\": \"r\", \"tickets\": §[] }"), ".ticket.principals[0].tickets", "must not be empty"),
        Case("Principal_EmptyAuthId", Principal($"{{ \"authid\": §\"\", \"role\": \"r\", \"tickets\": [ \"{Sha256OfNothing}\" ] }}"), ".ticket.principals[0].authid", "must not be empty"),
        Case("Principal_UnknownRole", Principal($"{{ \"authid\": \"joe\", \"role\": §\"s\", \"tickets\": [ \"{Sha256OfNothing}\" ] }}"), ".ticket.principals[0].role", "there is no role 's'; the roles here are 'r'"),
        Case("Principal_TicketIsNumber", Principal("{ \"authid\": \"joe\", \"role\": \"r\", \"tickets\": [ §42 ] }"), ".ticket.principals[0].tickets[0]", "must be a text, not a number"),
        Case("Principal_TicketKey", Principal($"{{ \"authid\": \"joe\", \"role\": \"r\", \"tickets\": [ \"{Sha256OfNothing}\" ], §\"ticket\": \"letmein\" }}"), ".ticket.principals[0].ticket", "unknown key 'ticket'; did you mean 'tickets'?"),
        Case("Principal_Twice", Principal($"{{ \"authid\": \"joe\", \"role\": \"r\", \"tickets\": [ \"{Sha256OfNothing}\" ] }}, {{ \"authid\": §\"joe\", \"role\": \"r\", \"tickets\": [ \"{Sha256OfNothing}\" ] }}"), ".ticket.principals[1].authid", "authid 'joe' is there twice; the first is on line 1"),
        Case("Bearer_NoPrincipals", "{ \"bearer\": §{ } }", ".bearer", "'principals' is missing"),
        Case("Bearer_NoTokens", Holder("§{ \"authid\": \"ci\", \"role\": \"r\" }"), ".bearer.principals[0]", "'tokens' is missing"),
        Case("Bearer_EmptyTokens", Holder("{ \"authid\": \"ci\", \"role\": \"r\", \"tokens\": §[] }"), ".bearer.principals[0].tokens", "must not be empty"),
        Case("Bearer_TokenIsText", Holder("{ \"authid\": \"ci\", \"role\": \"r\", \"tokens\": [ §\"sha256:x\" ] }"), ".bearer.principals[0].tokens[0]", "must be an object {…}, not a text"),
        Case("Bearer_NoHash", Tokens("§{ }"), ".bearer.principals[0].tokens[0]", "'hash' is missing"),
        Case("Bearer_CutHash", Tokens("{ \"hash\": §\"sha256:47DE\" }"), ".bearer.principals[0].tokens[0].hash", "must be sha256:HASH, with a hash of 32 bytes in Base64; was it cut when copied?"),
        Case("Bearer_StretchedHash", Tokens("{ \"hash\": §\"pbkdf2-sha256:600000:c2FsdHNhbHRzYWx0c2FsdA==:MlfPduVqnMTjr6Vhw/1NqmlSth6RxONllVEhBCz7lKI=\" }"), ".bearer.principals[0].tokens[0].hash", NoTokenHash),
        Case("Bearer_InClearText", Tokens("{ \"hash\": §\"wamp_H5PBBOajlmDpOMYfDAjQWHkKk6Lyp3bUm6FFs06cGbk\" }"), ".bearer.principals[0].tokens[0].hash", NoTokenHash),
        Case("Bearer_TokenTwice", Tokens($"{{ \"hash\": \"{Sha256OfNothing}\" }},\n {{ \"hash\": §\"{Sha256OfNothing}\" }}"), ".bearer.principals[0].tokens[1].hash", $"token '{Sha256OfNothing}' is there twice; the first is on line 1"),
        Case("Bearer_TokenOfTwo", Holder($"{{ \"authid\": \"ci\", \"role\": \"r\", \"tokens\": [ {{ \"hash\": \"{Sha256OfNothing}\" }} ] }},\n {{ \"authid\": \"cd\", \"role\": \"r\", \"tokens\": [ {{ \"hash\": §\"{Sha256OfNothing}\" }} ] }}"), ".bearer.principals[1].tokens[0].hash", $"token '{Sha256OfNothing}' is there twice; the first is on line 1"),
        Case("Bearer_PrincipalTwice", Holder($"{{ \"authid\": \"ci\", \"role\": \"r\", \"tokens\": [ {{ \"hash\": \"{Sha256OfNothing}\" }} ] }}, {{ \"authid\": §\"ci\", \"role\": \"r\", \"tokens\": [ {{ \"hash\": \"sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\" }} ] }}"), ".bearer.principals[1].authid", "authid 'ci' is there twice; the first is on line 1"),
        Case("Bearer_ExpiresWithoutOffset", Tokens($"{{ \"hash\": \"{Sha256OfNothing}\", \"expires\": §\"2100-01-01T00:00:00\" }}"), ".bearer.principals[0].tokens[0].expires", NoTime),
        Case("Bearer_ExpiresWithoutTime", Tokens($"{{ \"hash\": \"{Sha256OfNothing}\", \"expires\": §\"2100-01-01\" }}"), ".bearer.principals[0].tokens[0].expires", NoTime),
        Case("Bearer_ExpiresOnNoDay", Tokens($"{{ \"hash\": \"{Sha256OfNothing}\", \"expires\": §\"2100-02-30T00:00:00Z\" }}"), ".bearer.principals[0].tokens[0].expires", NoTime),
    ];

    private static readonly TestCaseData[] Files =
    [
        Case("Empty", "§", "$", "not valid JSON: the file is empty"),
        Case("Blank", "  \n§", "$", "not valid JSON: the file is empty"),
        Case("NoName", "§{ \"roles\": [ { \"name\": \"r\" } ], \"authentication\": { \"anonymous\": { \"role\": \"r\" } } }", "$", "'name' is missing"),
        Case("Name_Control", "{ \"name\": §\"realm\\u0000\", \"roles\": [ { \"name\": \"r\" } ], \"authentication\": { \"anonymous\": { \"role\": \"r\" } } }", "$.name", "'realm\uFFFD' holds a control character"),
        Case("Name_OfTheProtocol", "{ \"name\": §\"wamp.x\", \"roles\": [ { \"name\": \"r\" } ], \"authentication\": { \"anonymous\": { \"role\": \"r\" } } }", "$.name", "'wamp.x' is not valid: URIs whose first component is 'wamp' are the protocol's own"),
        Case("NoRoles", "§{ \"name\": \"a\", \"authentication\": { \"anonymous\": { \"role\": \"r\" } } }", "$", "'roles' is missing"),
        Case("EmptyRoles", "{ \"name\": \"a\", \"roles\": §[], \"authentication\": { \"anonymous\": { \"role\": \"r\" } } }", "$.roles", "must not be empty"),
        Case("RoleTwice", "{ \"name\": \"a\", \"roles\": [ { \"name\": \"r\" },\n { \"name\": §\"r\" } ], \"authentication\": { \"anonymous\": { \"role\": \"r\" } } }", "$.roles[1].name", "role 'r' is there twice; the first is on line 1"),
        Case("NoAuthentication", "§{ \"name\": \"a\", \"roles\": [ { \"name\": \"r\" } ] }", "$", "'authentication' is missing"),
        Case("RealmName_Space", "{ \"name\": §\"a b\", \"roles\": [ { \"name\": \"r\" } ], \"authentication\": { \"anonymous\": { \"role\": \"r\" } } }", "$.name", "'a b' is not valid: a URI has no spaces and no '#', and no empty component"),
        Case("RealmName_Strict", "{ \"name\": §\"Realm\", \"uriCheck\": \"strict\", \"roles\": [ { \"name\": \"r\" } ], \"authentication\": { \"anonymous\": { \"role\": \"r\" } } }", "$.name", "'Realm' is not valid: with \"uriCheck\": \"strict\" a URI is made of lower-case letters, digits and '_', separated by dots, and no empty component"),
        Case("ObjectNotClosed", "{ \"name\": \"a\",\n \"limits\": {§", "$.limits", "not valid JSON: the file ends inside the object that starts at 2:12"),
        Case("ListNotClosed", "{ \"roles\": [\n§", "$.roles", "not valid JSON: the file ends inside the list that starts at 1:12"),
        Case("CommaMissing", "{ \"name\": \"a\"§\n  \"roles\": [] }", "$", "not valid JSON: a comma is missing here"),
        Case("CommaMissing_BeforeComments", "{ \"roles\": [ { }§ // one\n /* two */ { } ] }", "$.roles", "not valid JSON: a comma is missing here"),
        Case("CommaMissing_AfterAWord", "{ \"a\": { \"b\": true§\n \"c\": 1 } }", "$.a", "not valid JSON: a comma is missing here"),
        Case("CommaTooMany", "{ \"a\": [ 1, §, 2 ] }", "$.a", "not valid JSON: one comma too many"),
        Case("CommaFirst", "{ §, \"a\": 1 }", "$", "not valid JSON: one comma too many"),
        Case("ColonMissing", "{ \"name\" §\"a\" }", "$", "not valid JSON: a ':' is missing between a key and its value"),
        Case("ColonIsAnEqualsSign", "{ \"name\" §= \"a\" }", "$", "not valid JSON: a ':' is missing between a key and its value"),
        Case("ValueMissing", "{ \"name\": §, \"a\": 1 }", "$", "not valid JSON: the value is missing"),
        Case("TextNotClosed", "{ \"name\": \"a§\n}", "$", "not valid JSON: a text must end in the line it begins in: its closing '\"' is missing"),
        Case("ListNotClosed", "{ \"roles\": [ { } §}", "$.roles", "not valid JSON: the list that starts at 1:12 is still open: ']' is missing"),
        Case("ObjectNotClosed", "{ \"roles\": [ { \"name\": \"a\" §] }", "$.roles[0]", "not valid JSON: the object that starts at 1:14 is still open: '}' is missing"),
        Case("BareText", "{ \"roles\": [ { \"name\": §name } ] }", "$.roles[0]", "not valid JSON: a word without quotes; keys and texts stand in \"double quotes\", the only bare words are true, false and null"),
        Case("BareKey", "{ \"roles\": [ { §name: 1 } ] }", "$.roles[0]", "not valid JSON: a word without quotes; keys and texts stand in \"double quotes\", the only bare words are true, false and null"),
        Case("SingleQuotes", "{ §'name': 1 }", "$", "not valid JSON: keys and texts stand in \"double quotes\""),
        Case("ForeignEscape", "{ \"name\": \"\\§query\" }", "$", "not valid JSON: 'q' is an invalid escapable character within a JSON string. The string should be correctly escaped."),
        Case("SomethingAfterTheEnd", "{ }\n§{ }", "$", "not valid JSON: '{' is invalid after a single JSON value. Expected end of data."),
        Case("HalfSurrogate_InAKey", @"{ §""\ud800"": 1 }", "$", @"the text has an impossible \u escape: half of a surrogate pair"),
    ];

    [TestCaseSource(nameof(Members))]
    public void Load_WrongMember_IsReportedWhereItStands(string members, string path, string message) =>
        AssertMistake(Start + members + " }", path, message);

    [TestCaseSource(nameof(Rules))]
    public void Load_WrongRule_IsReportedWhereItStands(string rules, string path, string message) =>
        AssertMistake(Start.Replace("\"r\" } ]", $"\"r\", \"permissions\": [ {rules} ] }} ]", StringComparison.Ordinal) + "}", "$.roles[0].permissions" + path, message);

    [TestCaseSource(nameof(Authentications))]
    public void Load_WrongAuthentication_IsReportedWhereItStands(string authentication, string path, string message) =>
        AssertMistake($$"""{ "name": "a", "roles": [ { "name": "r" } ], "authentication": {{authentication}} }""", "$.authentication" + path, message);

    [TestCaseSource(nameof(Files))]
    public void Load_WrongFile_IsReportedWhereItStands(string file, string path, string message) => AssertMistake(file, path, message);

    [Test]
    public void Load_TicketInClearText_IsRefusedWithoutRepeatingIt()
    {
        var mistakes = Mistakes($$"""{ "name": "a", "roles": [ { "name": "r" } ], "authentication": {{Principal("{ \"authid\": \"joe\", \"role\": \"r\", \"tickets\": [ \"letmein\" ] }")}} }""");

        Assert.That(mistakes, Has.One.Contains("hash-ticket"));
        Assert.That(mistakes, Has.None.Contains("letmein"));
    }

    [Test]
    public void Load_TokenInClearTextTwice_IsRefusedWithoutRepeatingIt()
    {
        var mistakes = Mistakes($$"""{ "name": "a", "roles": [ { "name": "r" } ], "authentication": {{Tokens("{ \"hash\": \"letmein\" }, { \"hash\": \"letmein\" }")}} }""");

        Assert.That(mistakes, Has.Length.EqualTo(2).And.All.Contains("make-token"));
        Assert.That(mistakes, Has.None.Contains("letmein"));
    }

    [Test]
    public void Load_MistakeAfterOtherThanAscii_CountsColumnsAsEditorsDo() =>
        Assert.That(Mistakes("{ \"comment\": \"€ä😀\", \"name\": 2 }"), Has.One.EqualTo("a.json:1:30: $.name: must be a text, not a number"));

    [Test]
    public void Load_TooDeep_IsAMistake() =>
        Assert.That(Mistakes(new string('[', 1000)), Has.One.Contains("maximum configured depth"));

    [Test]
    public void Load_EveryTruncation_IsOneMistakeAndNoException()
    {
        var file = Start + "}";
        for (var length = 0; length < file.Length - 1; length++)
        {
            Assert.That(Mistakes(file[..length]), Has.Length.EqualTo(1), file[..length]);
        }
    }

    private static string Principal(string principals) => $$"""{ "ticket": { "principals": [ {{principals}} ] } }""";

    private static string Holder(string principals) => $$"""{ "bearer": { "principals": [ {{principals}} ] } }""";

    private static string Tokens(string tokens) => Holder($$"""{ "authid": "ci", "role": "r", "tokens": [ {{tokens}} ] }""");

    private static string Signer(string principals) => $$"""{ "wampcra": { "principals": [ {{principals}} ] } }""";

    private static TestCaseData Case(string name, string text, string path, string message) => new TestCaseData(text, path, message).SetName("{m}_" + name);

    private static void AssertMistake(string marked, string path, string message)
    {
        var before = marked[..marked.IndexOf('§', StringComparison.Ordinal)];
        var line = before.Count(c => c == '\n') + 1;
        var column = before.Length - before.LastIndexOf('\n');
        var expected = new StringBuilder().Append("a.json:").Append(line).Append(':').Append(column).Append(": ").Append(path).Append(": ").Append(message).ToString();

        Assert.That(Mistakes(marked.Replace("§", "", StringComparison.Ordinal)), Is.EqualTo(new[] { expected }));
    }

    private static string[] Mistakes(string file)
    {
        using var directory = new RealmDirectory();
        return directory.With("a.json", file).Mistakes();
    }
}

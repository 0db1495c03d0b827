using System.Reflection;
using System.Text.RegularExpressions;
using WampRouter.Tests.Configuration;
using WampRouter.Tests.Conformance;
using WampRouter.Wire;

namespace WampRouter.Tests.Wire;

/// <summary>rfc/text/basic/uri_reference.md, rfc/text/advanced/uris.md, and the one of rfc/text/advanced/meta_api_sessions.md.</summary>
internal sealed partial class WampErrorsTests
{
    private static readonly string[] Defined =
    [
        "wamp.error.invalid_uri", "wamp.error.no_such_procedure", "wamp.error.procedure_already_exists", "wamp.error.no_such_registration",
        "wamp.error.no_such_subscription", "wamp.error.invalid_argument", "wamp.error.canceled", "wamp.error.payload_size_exceeded",
        "wamp.close.system_shutdown", "wamp.close.close_realm", "wamp.close.goodbye_and_out", "wamp.error.protocol_violation",
        "wamp.error.not_authorized", "wamp.error.authorization_failed", "wamp.error.no_such_realm", "wamp.error.no_such_role",
        "wamp.close.killed", "wamp.error.no_matching_auth_method", "wamp.error.no_such_principal", "wamp.error.authentication_denied",
        "wamp.error.authentication_failed", "wamp.error.authentication_required", "wamp.error.authorization_denied", "wamp.error.authorization_required",
        "wamp.error.timeout", "wamp.error.option_not_allowed", "wamp.error.option_disallowed.disclose_me", "wamp.error.network_failure",
        "wamp.error.unavailable", "wamp.error.no_available_callee", "wamp.error.feature_not_supported", "wamp.error.no_such_session",
    ];

    /// <summary>For what it has no URI that would not mislead; each with a row of the table that says why.</summary>
    private static readonly string[] Others = ["wamp.error.history_unavailable", "wamp.error.published_not_stored"];

    [Test]
    [Shows("error-uri.only-defined")]
    public void Uris_TheRouterKnows_AreThoseTheSpecificationDefines()
    {
        var known = typeof(WampErrors).GetFields(BindingFlags.Static | BindingFlags.Public).Select(field => field.GetRawConstantValue());

        Assert.That(known, Is.EquivalentTo(Defined.Concat(Others)));
    }

    [Test]
    [Shows("error-uri.only-defined")]
    public void Uris_InTheRoutersSources_StandInOnePlace()
    {
        var elsewhere = ((string[])["Router.Wire", "Router", "Router.Server", "Router.Sqlite"])
            .SelectMany(project => Directory.EnumerateFiles(Path.Combine(ShippedFiles.Root, project), "*.cs", SearchOption.AllDirectories))
            .Where(file => Path.GetFileName(file) != "WampErrors.cs" && !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(file => NamesErrorUri().IsMatch(File.ReadAllText(file)));

        Assert.That(elsewhere, Is.Empty);
    }

    [GeneratedRegex(@"""wamp\.(error|close)\.[a-z_.]*""(?!u8)")]
    private static partial Regex NamesErrorUri();
}

using WampRouter.Configuration.Documents;
using WampRouter.Sessions.Authentication;

namespace WampRouter.Configuration.Methods;

/// <summary>
/// The authentication methods that the configuration of a realm can name: the one place that lists them. A new one is a record of settings, which makes the method, a reader here, its part of
/// <c>config/realm.schema.json</c> (a test compares the two), and its properties in <see cref="WampAuthenticationOptions"/>.
/// </summary>
internal static class AuthenticationMethods
{
    /// <summary>All of them, in the order in which people are told.</summary>
    public static IReadOnlyList<ConfigurableMethod> All { get; } =
    [
        new(AnonymousSettings.MethodName, AnonymousReader.Read),
        new(TicketSettings.MethodName, TicketReader.Read),
        new(WampCraSettings.MethodName, WampCraReader.Read),
        new(BearerSettings.MethodName, BearerReader.Read),
    ];

    /// <summary>Reads a realm's authentication.</summary>
    /// <param name="authentication">The object, with a key for each method that is offered.</param>
    /// <param name="checkRole">What is wrong with the name of a role, or null.</param>
    /// <param name="whyAny">Why there must be a method; null: there need be none.</param>
    public static AuthenticationSettings Read(ObjectReader authentication, Func<string, string?> checkRole, string? whyAny)
    {
        if (whyAny is not null)
        {
            authentication.RequireAny(whyAny, [.. All.Select(method => method.Name)]);
        }

        return new AuthenticationSettings { Methods = [.. All.Select(method => authentication.Object(method.Name, settings => method.Read(settings, checkRole))).OfType<MethodSettings>()] };
    }
}

/// <summary>A method that the configuration can name.</summary>
/// <param name="Name">The key in a realm file, which is the name in HELLO.Details.authmethods too.</param>
/// <param name="Read">Reads its settings; takes what is wrong with the name of a role, or null.</param>
internal sealed record ConfigurableMethod(string Name, Func<ObjectReader, Func<string, string?>, MethodSettings> Read);

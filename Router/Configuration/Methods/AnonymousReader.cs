using WampRouter.Configuration.Documents;
using WampRouter.Sessions.Authentication;

namespace WampRouter.Configuration.Methods;

/// <summary>Reads what a realm says of sessions without proof.</summary>
internal static class AnonymousReader
{
    /// <inheritdoc cref="ConfigurableMethod.Read" />
    public static AnonymousSettings Read(ObjectReader anonymous, Func<string, string?> checkRole) => new()
    {
        Role = anonymous.Text("role", checkRole),
        LoopbackOnly = anonymous.Boolean("loopbackOnly", false),
    };
}

using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using WampRouter.Configuration.Documents;

namespace WampRouter;

/// <summary>A service of the application that its logins or authorizers need, looked at before the first of them does.</summary>
/// <param name="type">The service.</param>
internal sealed class ApplicationService([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type type)
{
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)]
    private readonly Type _type = type;

    /// <summary>Why it can never be made, or null. Makes nothing, and looks no further than at what its constructors take.</summary>
    public string? FindProblem(IServiceProvider services)
    {
        // A container that does not say what it has is asked when the application starts.
        if (services.GetService<IServiceProviderIsService>() is not { } known || known.IsService(_type))
        {
            return null;
        }

        var constructors = _type.IsAbstract ? [] : _type.GetConstructors();
        var missing = constructors.Select(constructor => constructor.GetParameters().Where(parameter => !IsThere(parameter, known)).ToArray()).MinBy(parameters => parameters.Length);
        return missing is null ? $"{_type} is no service of the application, and has no public constructor to make one with; register it"
            : missing.Length == 0 ? null
            : $"{_type} cannot be made: it needs {Words.Enumerate(missing.Select(static parameter => parameter.ParameterType.ToString()))}, which the application does not register";
    }

    /// <summary>Makes one, in a scope as each use has, and disposes of it.</summary>
    /// <returns>Why it cannot be made, or null.</returns>
    public async Task<string?> TryAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        try
        {
            _ = ActivatorUtilities.GetServiceOrCreateInstance(scope.ServiceProvider, _type);
            return null;
        }
        catch (Exception e)
        {
            return $"{_type} cannot be made: {e.Message}";      // constructors of the application may throw anything; no login would work
        }
    }

    private static bool IsThere(ParameterInfo parameter, IServiceProviderIsService known) =>
        parameter.HasDefaultValue
        || (parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is { Key: var key }
            ? known is not IServiceProviderIsKeyedService keyed || keyed.IsKeyedService(parameter.ParameterType, key)
            : known.IsService(parameter.ParameterType));
}

using System.Linq.Expressions;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WampRouter.Client;
using WampRouter.Sessions;
using WampRouter.Transports;

namespace WampRouter.Tests.Hosting;

/// <summary>Wherever an application says null that must not be, it is told where: at once of an argument, with all other mistakes of what it sets.</summary>
public sealed class NullArgumentTests
{
    private static readonly string[] Namespaces = [nameof(WampRouter), "Microsoft.AspNetCore.Builder", "Microsoft.Extensions.DependencyInjection"];

    [TestCaseSource(nameof(Parameters))]
    public async Task PublicMethod_NullArgument_NamesTheParameter(MethodBase method, ParameterInfo parameter)
    {
        await using var app = BuildApplication();
        var instance = method.IsStatic || method.IsConstructor ? null : InstanceOf(method.DeclaringType!, app);
        var arguments = method.GetParameters().Select(other => other.Name == parameter.Name ? null : StandIn(other.ParameterType, app)).ToArray();

        object? Call() => method is ConstructorInfo constructor ? constructor.Invoke(arguments) : method.Invoke(instance, arguments);

        var thrown = Assert.Throws<TargetInvocationException>(() => Call())!.InnerException;
        Assert.That(thrown, Is.TypeOf<ArgumentNullException>().With.Property(nameof(ArgumentException.ParamName)).EqualTo(parameter.Name));
    }

    [Test]
    public void Parameters_ThePublicSurface_IsWalked() =>
        Assert.That(Parameters().Select(data => ((MethodBase)data.Arguments[0]!).Name), Is.SupersetOf(new[] { "AddRealm", "Allow", "MapWampRouter", "AddWampRouter", "UseHttpUser", "Of", ".ctor" }));

    [TestCaseSource(nameof(Properties))]
    public void Configure_SettingIsNull_IsAMistakeThatNamesIt(string path, Action<WampRouterOptions> setNull) =>
        Assert.That(
            () => EmbeddingHost.StartAsync(app => app.Services.AddWampRouter().AddRealm("realm1", OpenRealm.Describe).Configure(setNull).Configure(static options => options.DataDirectory += "")),
            Throws.TypeOf<WampRouterConfigurationException>().With.Message.Contains($"Configure: options.{path}: must"));

    [Test]
    public void Configure_NullAmongOriginsAndOtherMistakes_AreToldTogether() =>
        Assert.That(
            () => EmbeddingHost.StartAsync(static app => app.Services.AddWampRouter().AddRealm("realm1", OpenRealm.Describe).Configure(static options =>
            {
                options.Transports.AllowedOrigins = [null!, "https://shop.example"];
                options.Sessions = null!;
                options.RealmsDirectory = null!;
            })),
            Throws.TypeOf<WampRouterConfigurationException>().With.Message.Contains("has 3 mistakes").And.Message.Contains("options.Transports.AllowedOrigins: holds null").And.Message.Contains("options.Sessions: must not be null").And.Message.Contains("options.RealmsDirectory: must name"));

    private static IEnumerable<TestCaseData> Parameters()
    {
        var nullability = new NullabilityInfoContext();
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        return from type in typeof(WampRouterBuilder).Assembly.GetExportedTypes()
               where Namespaces.Contains(type.Namespace) && type is { IsClass: true } && !type.IsAssignableTo(typeof(Exception))
               from method in type.GetMethods(Declared).Where(method => !method.IsSpecialName && !method.IsGenericMethod).Cast<MethodBase>().Concat(type.GetConstructors())
               from parameter in method.GetParameters()
               where !parameter.ParameterType.IsValueType && nullability.Create(parameter).WriteState == NullabilityState.NotNull
               select new TestCaseData(method, parameter).SetArgDisplayNames(type.Name, method.Name, parameter.Name!);
    }

    private static IEnumerable<TestCaseData> Properties() => PropertiesOf(typeof(WampRouterOptions), "", static options => options);

    private static IEnumerable<TestCaseData> PropertiesOf(Type type, string path, Func<WampRouterOptions, object> owner)
    {
        var nullability = new NullabilityInfoContext();
        foreach (var property in type.GetProperties().Where(property => property.CanWrite && !property.PropertyType.IsValueType && nullability.Create(property).WriteState == NullabilityState.NotNull))
        {
            yield return new TestCaseData(path + property.Name, (Action<WampRouterOptions>)(options => property.SetValue(owner(options), null))).SetArgDisplayNames(path + property.Name);
            if (property.PropertyType == typeof(TransportOptions) || property.PropertyType == typeof(WampSessionOptions))
            {
                foreach (var inner in PropertiesOf(property.PropertyType, $"{path}{property.Name}.", options => property.GetValue(owner(options))!))
                {
                    yield return inner;
                }
            }
        }
    }

    private static WebApplication BuildApplication()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseTestServer();
        builder.Services.AddRouting();
        builder.Services.AddWampRouter().AddRealm("realm1", OpenRealm.Describe);
        return builder.Build();
    }

    private static object InstanceOf(Type type, WebApplication app) =>
        type == typeof(WampRouterBuilder) ? new ServiceCollection().AddWampRouter()
        : app.Services.GetService(type) ?? type.GetConstructors().Select(constructor => constructor.Invoke([.. constructor.GetParameters().Select(parameter => StandIn(parameter.ParameterType, app))])).First();

    private static object StandIn(Type type, WebApplication app) =>
        type == typeof(string) ? "a"
        : type == typeof(IHealthChecksBuilder) ? new ServiceCollection().AddHealthChecks()
        : type.IsValueType ? Activator.CreateInstance(type)!
        : type == typeof(IServiceCollection) ? new ServiceCollection()
        : type == typeof(IEndpointRouteBuilder) ? app
        : type == typeof(IWampPayloadSerializer) ? WampJsonSerializer.Default
        : type.IsAssignableFrom(typeof(IConfigurationSection)) ? app.Configuration.GetSection("a")
        : type == typeof(IEnumerable<string>) ? Array.Empty<string>()
        : type.IsAssignableTo(typeof(Delegate)) ? Nothing(type)
        : throw new NotSupportedException($"say what stands for {type}");

    private static Delegate Nothing(Type type)
    {
        var invoke = type.GetMethod("Invoke")!;
        return Expression.Lambda(type, Expression.Default(invoke.ReturnType), invoke.GetParameters().Select(parameter => Expression.Parameter(parameter.ParameterType))).Compile();
    }
}

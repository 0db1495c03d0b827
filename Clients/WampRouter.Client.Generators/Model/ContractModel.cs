namespace WampRouter.Client.Generators;

/// <summary>An interface, as the code for it needs it. No symbols: a model lives as long as the compiler's cache, and is compared with the next one.</summary>
/// <param name="Namespace">Empty: the global one.</param>
/// <param name="Containers">The types it is nested in, as their declarations begin, such as <c>partial class Shop</c>.</param>
/// <param name="Name">Its name in its declaration.</param>
/// <param name="FullName">Its name anywhere.</param>
/// <param name="IsComplete">Whether there were no mistakes in it. Otherwise it gets only what keeps the compiler from reporting them again wherever it is used.</param>
/// <param name="Methods">Its own methods and those it inherits.</param>
internal sealed record ContractModel(
    string Namespace, EquatableArray<string> Containers, string Name, string FullName, bool IsComplete, EquatableArray<MethodModel> Methods);

/// <summary>What an interface came to: a model, mistakes, or both.</summary>
internal sealed record ContractReading(ContractModel? Contract, EquatableArray<Mistake> Mistakes);

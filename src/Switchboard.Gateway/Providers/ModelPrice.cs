namespace Switchboard.Gateway.Providers;

/// <summary>What a model costs, in USD for a million tokens.</summary>
/// <param name="Input">Of prompts.</param>
/// <param name="Output">Of answers.</param>
public sealed record ModelPrice(decimal Input, decimal Output);

/// <summary>Looks a price up; null where it is not known.</summary>
/// <param name="provider">The provider's name in the configuration.</param>
/// <param name="model">The model's name there.</param>
public delegate ModelPrice? PriceLookup(string provider, string model);

namespace Switchboard.Tests.Client.Resources;

/// <summary>Where an operation is in the client.</summary>
/// <param name="Operation">The specification's id of it.</param>
/// <param name="Resource">The properties that lead to its resource.</param>
/// <param name="Names">Its methods there.</param>
internal sealed record ClientMethod(string Operation, string Resource, string[] Names);

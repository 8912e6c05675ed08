using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests.Forms;

/// <summary>What is to be done about a model that is found when its form is already on its way.</summary>
/// <param name="Name">Its name at the provider that the form goes to.</param>
/// <param name="Error">Why the form cannot go on there.</param>
internal readonly record struct LateModel(string Name, GatewayError? Error);

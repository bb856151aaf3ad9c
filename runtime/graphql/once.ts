/** A request asks for the same thing once, and shows the same answer wherever it shows it. */
export const once = <Key, Value>(
  nameOf: (key: Key) => string,
  read: (key: Key) => Promise<Value>,
): ((key: Key) => Promise<Value>) => {
  const asked = new Map<string, Promise<Value>>();
  return (key) => {
    const name = nameOf(key);
    const answer = asked.get(name) ?? read(key);
    asked.set(name, answer);
    return answer;
  };
};

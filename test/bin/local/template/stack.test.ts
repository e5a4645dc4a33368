import { Stack, type StackOptions } from '#bin/local/template/stack.ts';

const open = (value: unknown, more: Partial<StackOptions> = {}) =>
  new Stack({
    name: 'Test',
    template: {
      Parameters: { Rate: { Type: 'String', Default: 'slow' }, Bare: { Type: 'String' } },
      Mappings: { Sizes: { eu: { small: 1 } } },
      Conditions: { Yes: { 'Fn::Equals': ['a', 'a'] }, No: { 'Fn::Not': [{ Condition: 'Yes' }] } },
      Resources: {
        Queue: { Type: 'AWS::SQS::Queue' },
        Subject: { Type: 'Test::Subject', Properties: { value } },
      },
    },
    attributesOf: (id) => (id === 'Queue' ? { Ref: 'queue-url', Arn: 'arn:queue' } : undefined),
    secretOf: (reference) => `<${reference}>`,
    ...more,
  });

const evaluate = (value: unknown, more: Partial<StackOptions> = {}) =>
  open(value, more).resources<{ value: unknown }>('Test::Subject')[0]?.properties.value;

describe('refusals name the resource', () => {
  test.each([
    ['an unknown intrinsic', { 'Fn::Transform': {} }, /^Test, Subject: Fn::Transform is not known here$/],
    ['a resource that is not there', { Ref: 'Nobody' }, /^Test, Subject: there is no resource Nobody$/],
    [
      'an attribute that is not known',
      { 'Fn::GetAtt': ['Queue', 'Colour'] },
      /^Test, Subject: Colour of Queue \(AWS::SQS::Queue\) is not known here$/,
    ],
    ['a parameter without a value', { Ref: 'Bare' }, /^Test, Subject: parameter Bare has no value$/],
    ['an export that is not there', { 'Fn::ImportValue': 'other' }, /^Test, Subject: no export other$/],
    ['a mapping that is not there', { 'Fn::FindInMap': ['Sizes', 'eu', 'huge'] }, /no mapping Sizes.eu.huge/],
    ['a condition that is not there', { 'Fn::If': ['Perhaps', 1, 2] }, /there is no condition Perhaps/],
    ['an element that is not there', { 'Fn::Select': [2, ['a', 'b']] }, /Fn::Select has no element 2/],
    ['text where a list belongs', { 'Fn::Join': ['', 'abc'] }, /expected a list, got "abc"/],
  ])('%s', (_, value, message) => {
    expect(() => evaluate(value)).toThrow(message);
  });

  test('a parameter that the template does not have', () => {
    expect(() => open('', { parameters: { Typo: '1' } })).toThrow('Test has no parameter Typo');
  });
});

test.each([
  ['Ref to a resource', { Ref: 'Queue' }, 'queue-url'],
  ['Ref to a parameter', { Ref: 'Rate' }, 'slow'],
  ['a pseudo parameter', { Ref: 'AWS::AccountId' }, '000000000000'],
  ['GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:queue'],
  ['GetAtt as text', { 'Fn::GetAtt': 'Queue.Arn' }, 'arn:queue'],
  ['Join over intrinsics', { 'Fn::Join': ['-', ['a', { Ref: 'Queue' }]] }, 'a-queue-url'],
  ['Select of Split', { 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
  [
    'Sub',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of Fn::Sub
    { 'Fn::Sub': ['${Queue.Arn} ${Rate} ${own} ${!kept}', { own: { Ref: 'Queue' } }] },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of Fn::Sub
    'arn:queue slow queue-url ${kept}',
  ],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of Fn::Sub
  ['Sub without variables', { 'Fn::Sub': '${AWS::Region}!' }, 'us-east-1!'],
  ['If', { 'Fn::If': ['Yes', 'a', 'b'] }, 'a'],
  ['If the other way', { 'Fn::If': ['No', 'a', 'b'] }, 'b'],
  ['And', { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] }, false],
  ['Or', { 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] }, true],
  ['FindInMap', { 'Fn::FindInMap': ['Sizes', 'eu', 'small'] }, 1],
  ['Base64', { 'Fn::Base64': 'abc' }, 'YWJj'],
  ['NoValue leaves the member out', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
  ['NoValue leaves the element out', [1, { Ref: 'AWS::NoValue' }], [1]],
  ["a statement's Condition is no intrinsic", { Condition: { Bool: {} } }, { Condition: { Bool: {} } }],
  [
    'a secret within joined text',
    { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'Queue' }, ':SecretString:::}}']] },
    '<queue-url:SecretString:::>',
  ],
])('%s', (_, value, expected) => {
  expect(evaluate(value)).toEqual(expected);
});

test('a parameter given goes before its default', () => {
  expect(evaluate({ Ref: 'Rate' }, { parameters: { Rate: 'fast' } })).toBe('fast');
});

test('what one stack exports another imports', () => {
  const template = {
    Resources: { Queue: { Type: 'AWS::SQS::Queue' } },
    Outputs: {
      Url: { Value: { Ref: 'Queue' }, Export: { Name: 'Data:Url' } },
      Plain: { Value: 'not exported' },
    },
  };
  const exported = open('', { template });
  expect(exported.exports()).toEqual({ 'Data:Url': 'queue-url' });
  expect(exported.outputs()).toEqual({ Url: 'queue-url', Plain: 'not exported' });
  expect(evaluate({ 'Fn::ImportValue': 'Data:Url' }, { imports: exported.exports() })).toBe('queue-url');
});
